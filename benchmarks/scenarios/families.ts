/** Many architectures against the original: each exported family, one picture a call, the engine ÷ TensorFlow. */
import path from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import { engineTensorSide, tensorflowSide } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { findModels, type ModelUnderTest } from '../surroundings/find-models.ts';
import { missingTensorflow, pythonWithTensorflow } from '../surroundings/find-tensorflow.ts';

const leastMedian = 1.2;
const leastOfAll = 0.9;

export const families: Scenario = {
  name: 'families',
  title: 'every family of keras.applications, compiled ÷ TensorFlow on the same SavedModel',
  async run(bench) {
    if (bench.familiesFolder === undefined) {
      bench.skipped('--families-dir names no folder; export-families.py makes one (docs/keras-families.md)');
      return;
    }
    bench.progress('looking for Python with TensorFlow');
    const python = await pythonWithTensorflow();
    if (python === undefined) {
      bench.skipped(missingTensorflow);
      return;
    }
    const { models, missing } = await findModels({
      modelsFolder: bench.familiesFolder,
      shared: '',
      scratch: path.join(bench.scratch, 'families'),
    });
    for (const reason of missing) bench.skipped(reason);
    const ratios: number[] = [];
    for (const model of models) ratios.push(await compare(bench, model, python));
    if (ratios.length === 0) return;
    bench.found({
      promise: `compiled ÷ TensorFlow, median over ${ratios.length} families`,
      result: ratio(median(ratios)),
      bound: atLeast(leastMedian),
      details: [],
    });
  },
};

async function compare(bench: Bench, model: ModelUnderTest, python: string): Promise<number> {
  const { ours, theirs } = await compareSides(bench, {
    words: model.name,
    concurrency: 1,
    ours: engineTensorSide(bench, model),
    theirs: [tensorflowSide(python, model)],
  });
  const original = fastest(theirs);
  const result = medianRatio(ours.rates, original.rates);
  bench.found({
    model: model.name,
    promise: 'compiled ÷ TensorFlow, one tensor a call',
    ours: figure('engine', median(ours.rates), 'pictures/s'),
    theirs: figure(original.name, median(original.rates), 'pictures/s'),
    result: ratio(result),
    bound: atLeast(leastOfAll),
    details: [
      figure('median latency of the engine', median(ours.medianMilliseconds), 'ms'),
      figure('median latency of TensorFlow', median(original.medianMilliseconds), 'ms'),
    ],
  });
  return result;
}
