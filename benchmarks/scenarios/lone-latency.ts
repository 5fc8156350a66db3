/** One layout for both: a lone client waits little longer than all CPUs need, and a crowd loses no throughput. */
import type { Bench, Scenario } from '../bench.ts';
import { nodeCommand } from '../children/child-side.ts';
import { ServerProcess, withServer } from '../children/server-process.ts';
import { fixedLayouts, httpSide } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, atMost, figure, ratio } from '../measurement/finding.ts';
import { fastest, medianExtra } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { compiledModules } from '../surroundings/compiled-modules.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';
import { allCpus } from '../surroundings/machine.ts';

const crowd = 8;

export const loneLatency: Scenario = {
  name: 'lone-latency',
  title: 'latency of a lone client ÷ a forward pass on all CPUs, with full throughput for a crowd',
  async run(bench) {
    for (const model of bench.models) {
      await withServer(bench, { model }, async (server) => {
        await compareLatency(bench, model, server);
        await compareThroughput(bench, model, server);
      });
    }
  },
};

async function compareLatency(bench: Bench, model: ModelUnderTest, { port }: ServerProcess): Promise<void> {
  const { prepare, network, decoder } = await compiledModules(bench, model);
  const { pictures } = bench;
  const bareOptions = {
    name: 'bare session',
    command: nodeCommand('bare-loop'),
    open: { part: 'picture', prepare, network, ...decoder, pictures, workers: 1, threads: allCpus() },
  };
  const { ours, theirs } = await compareSides(bench, {
    words: `${model.name}, a lone client`,
    concurrency: 1,
    ours: httpSide(bench, model, { port, connections: 1 }),
    theirs: [bareOptions],
  });
  const bare = fastest(theirs);
  const decode = medianExtra(bare, 'decodeMilliseconds');
  const forward = medianExtra(bare, 'forwardMilliseconds');
  bench.found({
    model: model.name,
    promise: 'lone client ÷ (forward on all CPUs + decode)',
    ours: figure('over HTTP', median(ours.medianMilliseconds), 'ms'),
    theirs: figure('bare', median(bare.medianMilliseconds), 'ms'),
    result: ratio(medianRatio(ours.medianMilliseconds, bare.medianMilliseconds)),
    bound: atMost(1.1),
    details: [figure('forward', forward, 'ms'), figure('decode', decode, 'ms')],
  });
}

async function compareThroughput(
  bench: Bench,
  model: ModelUnderTest,
  { port }: ServerProcess,
): Promise<void> {
  const fixed: ServerProcess[] = [];
  try {
    const layouts = fixedLayouts(allCpus());
    for (const { workers, threads } of layouts) {
      const settings = { WORKERS: String(workers), THREADS_PER_WORKER: String(threads) };
      fixed.push(await ServerProcess.start(bench, { model, settings }));
    }
    const { ours, theirs } = await compareSides(bench, {
      words: `${model.name}, ${crowd} connections`,
      concurrency: crowd,
      ours: httpSide(bench, model, { port, connections: crowd, name: 'as it comes' }),
      theirs: fixed.map((server, index) => {
        const name = `${layouts[index]?.workers ?? 0} × ${layouts[index]?.threads ?? 0} threads`;
        return httpSide(bench, model, { port: server.port, connections: crowd, name });
      }),
    });
    const best = fastest(theirs);
    bench.found({
      model: model.name,
      promise: `${crowd} connections ÷ the best fixed layout`,
      ours: figure(ours.name, median(ours.rates), 'pictures/s'),
      theirs: figure(best.name, median(best.rates), 'pictures/s'),
      result: ratio(medianRatio(ours.rates, best.rates)),
      bound: atLeast(0.95),
      details: theirs.map(({ name, rates }) => figure(name, median(rates), 'pictures/s')),
    });
  } finally {
    await Promise.all(fixed.map((server) => server.stop()));
  }
}
