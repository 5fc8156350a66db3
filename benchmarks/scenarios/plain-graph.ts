/** What the compiler loses: its network ÷ a plain graph of the same layers, in the same bare sessions. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import { bareNetworkSide, fixedLayouts } from '../children/side-options.ts';
import { plainResnet50 } from '../graphs/plain-resnet50.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { compiledModules } from '../surroundings/compiled-modules.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';
import { allCpus } from '../surroundings/machine.ts';

export const plainGraph: Scenario = {
  name: 'plain-graph',
  title: 'the compiled network ÷ a plain NCHW ONNX graph of the same layers',
  async run(bench) {
    for (const model of bench.models) {
      if (model.kind === 'resnet50') await compare(bench, model);
      else bench.skipped('the bench knows the layers of the official ResNet-50 only', model.name);
    }
  },
};

async function compare(bench: Bench, model: ModelUnderTest): Promise<void> {
  const { network, preparedShape: inputShape } = await compiledModules(bench, model);
  const plain = path.join(bench.scratch, 'plain-resnet50.onnx');
  await writeFile(plain, plainResnet50());
  for (const layout of fixedLayouts(allCpus())) {
    const words = `${layout.workers} × ${layout.threads} threads`;
    const { ours, theirs } = await compareSides(bench, {
      words: `${model.name}, ${words}`,
      concurrency: layout.workers,
      ours: bareNetworkSide({ name: 'compiled', file: network, inputShape }, layout),
      theirs: [bareNetworkSide({ name: 'plain graph', file: plain, inputShape }, layout)],
    });
    const other = fastest(theirs);
    bench.found({
      model: model.name,
      promise: `compiled ÷ plain graph, ${words}`,
      ours: figure('compiled', median(ours.rates), 'passes/s'),
      theirs: figure('plain graph', median(other.rates), 'passes/s'),
      result: ratio(medianRatio(ours.rates, other.rates)),
      bound: atLeast(0.95),
      details: [],
    });
  }
}
