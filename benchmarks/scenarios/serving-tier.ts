/** Fovea in the place of TensorFlow Serving, asked as that is, ÷ TensorFlow in process: ResNet-50, one picture a call. */
import path from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import { freePort } from '../children/listening.ts';
import { gatewayProgram, withServer } from '../children/server-process.ts';
import { loadSide, predictSide, tensorflowSide } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';
import { missingTensorflow, pythonWithTensorflow } from '../surroundings/find-tensorflow.ts';

const bound = atLeast(1.2);
const input = 'image_bytes';

export const servingTier: Scenario = {
  name: 'serving-tier',
  title: 'Fovea as TensorFlow Serving, asked over gRPC and REST ÷ TensorFlow in process, with ResNet-50',
  async run(bench) {
    const model = bench.models.find(({ kind }) => kind === 'resnet50');
    if (model === undefined) {
      bench.skipped('the promise is about the official ResNet-50, which is not among the models');
      return;
    }
    bench.progress('looking for Python with TensorFlow');
    const python = await pythonWithTensorflow();
    if (python === undefined) bench.skipped(missingTensorflow, model.name);
    else await measure(bench, model, python);
  },
};

async function measure(bench: Bench, model: ModelUnderTest, python: string): Promise<void> {
  const grpcPort = await freePort();
  const command = [
    ...[gatewayProgram, 'serve', '--as', 'tensorflow-serving'],
    ...[`--port=${grpcPort}`, '--rest_api_port=0'],
    ...[`--model_name=${model.name}`, `--model_base_path=${path.join(model.modelsFolder, model.name)}`],
  ];
  await withServer(bench, { command }, async ({ port }) => {
    const common = { pictures: bench.pictures, connections: 1 };
    const restPath = `/v1/models/${model.name}:predict`;
    const { ours, theirs } = await compareSides(bench, {
      words: model.name,
      concurrency: 1,
      ours: predictSide({ ...common, name: 'over gRPC', port: grpcPort, model: model.name, input }),
      theirs: [
        loadSide({ ...common, name: 'over REST', port, path: restPath, form: 'predict' }),
        tensorflowSide(python, model, bench.pictures),
      ],
    });
    const [rest, original] = theirs;
    if (rest === undefined || original === undefined) throw new Error('a side is missing');
    for (const side of [ours, rest]) {
      bench.found({
        model: model.name,
        promise: `Fovea as TensorFlow Serving ${side.name} ÷ TensorFlow in process`,
        ours: figure(side.name, median(side.rates), 'pictures/s'),
        theirs: figure(original.name, median(original.rates), 'pictures/s'),
        result: ratio(medianRatio(side.rates, original.rates)),
        bound,
        details: [
          figure(`median latency ${side.name}`, median(side.medianMilliseconds), 'ms'),
          figure('median latency of TensorFlow', median(original.medianMilliseconds), 'ms'),
        ],
      });
    }
  });
}
