/** Whether `/health` answers at once while every worker is busy. */
import type { Bench, Scenario } from '../bench.ts';
import { nodeCommand, numbersIn, withSides, type ChildSide } from '../children/child-side.ts';
import { Conversation } from '../children/conversation.ts';
import { withServer } from '../children/server-process.ts';
import { httpSide } from '../children/side-options.ts';
import { quietRounds } from '../compare-sides.ts';
import { atMost, figure } from '../measurement/finding.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';

const connections = 32;
const everyMilliseconds = 10;

/** A question that falls into the quiet after the load would flatter the server. */
const loadPerProbe = 1.3;

export const health: Scenario = {
  name: 'health',
  title: `p99 of GET /health while ${connections} connections classify`,
  async run(bench) {
    for (const model of bench.models) {
      await withServer(bench, { model }, async ({ port }) => {
        await withSides([httpSide(bench, model, { port, connections })], async ([load]) => {
          if (load !== undefined) await probeUnderLoad(bench, model, { load, port });
        });
      });
    }
  },
};

async function probeUnderLoad(
  bench: Bench,
  model: ModelUnderTest,
  { load, port }: { load: ChildSide; port: number },
): Promise<void> {
  const milliseconds = bench.isQuick ? 4_000 : 15_000;
  const prober = new Conversation(nodeCommand('load-generator'));
  try {
    await prober.ask({ task: 'open', port, path: '/health', pictures: [] });
    bench.progress(`${model.name}, warming up`);
    const warmUp = await load.run(4 * connections);
    const rate = (4 * connections) / warmUp.seconds;
    const count = Math.ceil(((loadPerProbe * milliseconds) / 1000) * rate);
    const words = `${model.name}, ${milliseconds / 1000} s under load`;
    bench.progress(words);
    const quiet = quietRounds(bench, words);
    const { numbers, seconds } = await quiet.around(async () => {
      const loading = load.run(count);
      const probe = { task: 'probe', path: '/health', everyMilliseconds, milliseconds };
      const answer = numbersIn(await prober.ask(probe));
      return { numbers: answer, seconds: (await loading).seconds };
    });
    quiet.finish();
    bench.found({
      model: model.name,
      promise: `p99 of /health at ${connections} connections`,
      result: { value: numbers['p99Milliseconds'] ?? NaN, unit: 'ms' },
      bound: atMost(10),
      details: [
        figure('median', numbers['medianMilliseconds'] ?? NaN, 'ms'),
        figure('longest', numbers['maxMilliseconds'] ?? NaN, 'ms'),
        figure('asked', numbers['asked'] ?? NaN, 'times'),
        figure('load meanwhile', count / seconds, 'pictures/s'),
      ],
    });
  } finally {
    await prober.close();
  }
}
