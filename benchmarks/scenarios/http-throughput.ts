/** What HTTP costs: pictures a second over HTTP ÷ the same decode and run in the same workers without it. */
import type { Bench, Scenario } from '../bench.ts';
import { withServer } from '../children/server-process.ts';
import { engineSide, httpSide } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest, loadProcessors } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';

const connectionCounts = [1, 8, 32];
const boundConnections = 8;

export const httpThroughput: Scenario = {
  name: 'http-throughput',
  title: 'throughput over HTTP at 1, 8 and 32 connections ÷ the engine without HTTP',
  async run(bench) {
    for (const model of bench.models) {
      await withServer(bench, { model }, async ({ port }) => {
        for (const connections of connectionCounts) await compare(bench, model, { port, connections });
      });
    }
  },
};

async function compare(
  bench: Bench,
  model: ModelUnderTest,
  { port, connections }: { port: number; connections: number },
): Promise<void> {
  const { ours: http, theirs } = await compareSides(bench, {
    words: `${model.name}, ${connections} connections`,
    concurrency: connections,
    ours: httpSide(bench, model, { port, connections }),
    theirs: [engineSide(bench, model, connections)],
  });
  const direct = fastest(theirs);
  bench.found({
    model: model.name,
    promise: `HTTP, ${connections} connection${connections === 1 ? '' : 's'} ÷ no HTTP`,
    ours: figure('over HTTP', median(http.rates), 'pictures/s'),
    theirs: figure('without HTTP', median(direct.rates), 'pictures/s'),
    result: ratio(medianRatio(http.rates, direct.rates)),
    ...(connections === boundConnections ? { bound: atLeast(0.85) } : {}),
    details: [
      figure('median latency over HTTP', median(http.medianMilliseconds), 'ms'),
      figure('load generator', loadProcessors(http), 'CPUs'),
    ],
  });
}
