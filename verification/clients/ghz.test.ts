/** ghz, a load generator for gRPC, which knows Fovea's services by reflection only. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { isOnPath, runClient } from './run-client.ts';
import { picturesModel, startServingStandIn, type ServingStandIn } from './serving-stand-in.ts';

const calls = 3000;
const connections = 4;
const atOnce = 40;

const suffix = (await isOnPath('ghz')) ? '' : ' (skipped: no ghz on the PATH)';

interface Report {
  readonly count: number;
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
  readonly errorDistribution: Readonly<Record<string, number>> | null;
}

describe(`ghz, asking Fovea${suffix}`, function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  let server: ServingStandIn | undefined;
  before(async function () {
    if (suffix !== '') this.skip();
    server = await startServingStandIn(folders);
  });
  after(async () => {
    await server?.stop();
    await folders.remove();
  });

  const questions: Readonly<Record<string, (picture: string) => object>> = {
    'tensorflow.serving.PredictionService/Predict': (picture) => ({
      model_spec: { name: picturesModel.name },
      inputs: {
        [picturesModel.input]: {
          dtype: 'DT_STRING',
          tensor_shape: { dim: [{ size: '1' }] },
          string_val: [picture],
        },
      },
    }),
    'inference.GRPCInferenceService/ModelInfer': (picture) => ({
      model_name: picturesModel.name,
      inputs: [
        {
          name: picturesModel.input,
          datatype: 'BYTES',
          shape: ['1'],
          contents: { bytes_contents: [picture] },
        },
      ],
    }),
  };
  for (const [method, question] of Object.entries(questions)) {
    it(`gets an answer to each of ${calls} calls of ${method}, ${atOnce} at once`, async () => {
      const picture = await readFile(path.resolve('verification', 'test_data', 'baseline-420.jpg'));
      const file = path.join(await folders.make(), 'question.json');
      await writeFile(file, JSON.stringify(question(picture.toString('base64'))));
      const { code, out, error } = await runClient('ghz', [
        ...['--insecure', '--call', method, '--data-file', file],
        ...['--total', String(calls), '--concurrency', String(atOnce), '--connections', String(connections)],
        ...['--format', 'json', `127.0.0.1:${server?.grpcPort ?? 0}`],
      ]);
      expect(code, error).to.equal(0);
      const { count, statusCodeDistribution, errorDistribution } = JSON.parse(out) as Report;
      expect(count).to.equal(calls);
      expect(statusCodeDistribution).to.deep.equal({ OK: calls });
      expect(errorDistribution ?? {}).to.deep.equal({});
    });
  }
});
