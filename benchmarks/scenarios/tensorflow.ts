/** Against the original: JPEG bytes in, class out, one picture a call, the engine ÷ TensorFlow in process. */
import type { Scenario } from '../bench.ts';
import { engineSide, tensorflowSide } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import type { ModelKind } from '../surroundings/find-models.ts';
import { missingTensorflow, pythonWithTensorflow } from '../surroundings/find-tensorflow.ts';

const bounds: Record<ModelKind, number | undefined> = { resnet50: 1.2, edgetpu: 1, other: undefined };

export const tensorflow: Scenario = {
  name: 'tensorflow',
  title: 'the compiled model ÷ TensorFlow on the same SavedModel and pictures',
  async run(bench) {
    bench.progress('looking for Python with TensorFlow');
    const python = await pythonWithTensorflow();
    if (python === undefined) {
      bench.skipped(missingTensorflow);
      return;
    }
    for (const model of bench.models) {
      const { ours, theirs } = await compareSides(bench, {
        words: model.name,
        concurrency: 1,
        ours: engineSide(bench, model, 1),
        theirs: [tensorflowSide(python, model, bench.pictures)],
      });
      const original = fastest(theirs);
      const bound = bounds[model.kind];
      bench.found({
        model: model.name,
        promise: 'compiled ÷ TensorFlow, one picture a call',
        ours: figure('engine', median(ours.rates), 'pictures/s'),
        theirs: figure(original.name, median(original.rates), 'pictures/s'),
        result: ratio(medianRatio(ours.rates, original.rates)),
        ...(bound === undefined ? {} : { bound: atLeast(bound) }),
        details: [
          figure('median latency of the engine', median(ours.medianMilliseconds), 'ms'),
          figure('median latency of TensorFlow', median(original.medianMilliseconds), 'ms'),
        ],
      });
    }
  },
};
