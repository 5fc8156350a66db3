/** How long a start takes when the model is compiled already. */
import type { Scenario } from '../bench.ts';
import { withServer } from '../children/server-process.ts';
import { quietRounds } from '../compare-sides.ts';
import { atMost, figure } from '../measurement/finding.ts';
import { median } from '../measurement/statistics.ts';

export const start: Scenario = {
  name: 'start',
  title: 'from the start of the process to /ready, with a warm cache',
  async run(bench) {
    const starts = bench.isQuick ? 3 : 9;
    for (const model of bench.models) {
      const seconds: number[] = [];
      const quiet = quietRounds(bench, model.name);
      for (let index = 1; index <= starts; index += 1) {
        bench.progress(`${model.name}, start ${index} of ${starts}`);
        const measure = (): Promise<number> =>
          withServer(bench, { model }, async ({ readySeconds }) => readySeconds);
        seconds.push(await quiet.around(measure));
      }
      quiet.finish();
      bench.found({
        model: model.name,
        promise: 'start → ready, warm cache',
        result: { value: median(seconds), unit: 's' },
        bound: atMost(1.5),
        details: [
          figure('fastest', Math.min(...seconds), 's'),
          figure('slowest', Math.max(...seconds), 's'),
          figure('starts', starts, 'times'),
        ],
      });
    }
  },
};
