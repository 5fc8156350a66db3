/** What 2.4 million numbers as JSON cost: the whole way through the gateway ÷ a bare JSON.parse, and who waits meanwhile. */
import type { Bench, Scenario } from '../bench.ts';
import { nodeCommand, withSides, type ChildSideOptions } from '../children/child-side.ts';
import { leafModel } from '../children/leaf-pictures.ts';
import { loadSide } from '../children/side-options.ts';
import { withLoneGateway } from '../children/with-lone-gateway.ts';
import { compareSides } from '../compare-sides.ts';
import { atMost, figure, ratio } from '../measurement/finding.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { probeUnderLoad } from '../probe-under-load.ts';

const words = '2.4 million numbers';
const warmUpItems = 3;

export const largeJson: Scenario = {
  name: 'large-json',
  title:
    '2.4 million numbers as JSON through the gateway ÷ a bare JSON.parse of them; p99 of /health meanwhile',
  isModelFree: true,
  run: (bench) =>
    withLoneGateway(bench, async ({ port }) => {
      const gateway = { port, pictures: [], connections: 1 };
      const flat = loadSide({
        ...gateway,
        name: 'gateway',
        path: `/v2/models/${leafModel.name}/infer`,
        form: 'leaves',
      });
      const nested = loadSide({
        ...gateway,
        name: "TensorFlow Serving's API",
        path: `/v1/models/${leafModel.name}:predict`,
        form: 'leaf-rows',
      });
      await compare(bench, flat);
      await probe(bench, flat, { port, promise: 'p99 of /health meanwhile' });
      await probe(bench, nested, {
        port,
        promise: 'p99 of /health while they come as TensorFlow Serving takes them',
      });
    }),
};

async function probe(
  bench: Bench,
  side: ChildSideOptions,
  { port, promise }: { readonly port: number; readonly promise: string },
): Promise<void> {
  await withSides([side], async ([load]) => {
    if (load === undefined) return;
    const probed = { load, port, warmUpItems, items: 'requests', bound: atMost(50) };
    bench.found({ promise, ...(await probeUnderLoad(bench, words, probed)) });
  });
}

async function compare(bench: Bench, gateway: ChildSideOptions): Promise<void> {
  const { ours, theirs } = await compareSides(bench, {
    words,
    concurrency: 1,
    warmUpItems,
    ours: gateway,
    theirs: [{ name: 'JSON.parse', command: nodeCommand('parse-loop'), open: {} }],
  });
  const [parse] = theirs;
  if (parse === undefined) throw new Error('a side is missing');
  bench.found({
    promise: `${words}, asked and answered ÷ a bare JSON.parse`,
    ours: figure(ours.name, median(ours.medianMilliseconds), 'ms'),
    theirs: figure(parse.name, median(parse.medianMilliseconds), 'ms'),
    result: ratio(medianRatio(ours.medianMilliseconds, parse.medianMilliseconds)),
    bound: atMost(3),
    details: [],
  });
}
