/** Whether `/health` answers at once while every worker is busy. */
import type { Scenario } from '../bench.ts';
import { withSides } from '../children/child-side.ts';
import { withServer } from '../children/server-process.ts';
import { httpSide } from '../children/side-options.ts';
import { atMost } from '../measurement/finding.ts';
import { probeUnderLoad } from '../probe-under-load.ts';

const connections = 32;
const bound = atMost(10);

export const health: Scenario = {
  name: 'health',
  title: `p99 of GET /health while ${connections} connections classify`,
  async run(bench) {
    for (const model of bench.models) {
      await withServer(bench, { model }, async ({ port }) => {
        await withSides([httpSide(bench, model, { port, connections })], async ([load]) => {
          if (load === undefined) return;
          const probed = { load, port, warmUpItems: 4 * connections, items: 'pictures', bound };
          bench.found({
            model: model.name,
            promise: `p99 of /health at ${connections} connections`,
            ...(await probeUnderLoad(bench, model.name, probed)),
          });
        });
      });
    }
  },
};
