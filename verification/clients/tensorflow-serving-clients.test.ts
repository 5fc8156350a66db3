/** Clients that nobody here wrote, pointed at `fovea serve --as tensorflow-serving` unchanged. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { findPython } from '../reference/find-python.ts';
import { startReferenceBackend } from '../reference/reference-backend.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { expectAlike, listIn, parsed } from './client-answers.ts';
import { isOnPath, runClient } from './run-client.ts';
import { picturesModel, startServingStandIn, tensorsModel, type ServingStandIn } from './serving-stand-in.ts';

const pictureFile = path.resolve('verification', 'test_data', 'baseline-420.jpg');
const client = path.resolve('verification', 'clients', 'tensorflow_serving_client.py');
const { program: python, suffix: pythonSuffix } = await findPython();
const suffixWithout = async (program: string): Promise<string> =>
  (await isOnPath(program)) ? '' : ` (skipped: no ${program} on the PATH)`;
const curlSuffix = await suffixWithout('curl');
const grpcurlSuffix = await suffixWithout('grpcurl');

describe('clients of TensorFlow Serving, asking Fovea in its place', function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let server: ServingStandIn;
  before(async () => {
    server = await startServingStandIn(folders);
  });
  after(async () => {
    await server.stop();
    await folders.remove();
  });

  async function pythonClient(grpcPort: number): Promise<ReadonlyMap<string, unknown>> {
    const { code, out, error } = await runClient(python ?? '', [
      client,
      ...['--address', `127.0.0.1:${grpcPort}`, '--picture', pictureFile],
      ...['--pictures-model', picturesModel.name, '--pictures-input', picturesModel.input],
      ...['--scores', picturesModel.scores, '--tensors-model', tensorsModel.name],
      ...['--tensors-input', tensorsModel.input, '--tensors-side', String(tensorsModel.side)],
    ]);
    expect(code, error).to.equal(0);
    return new Map(Object.entries(parsed(out)));
  }

  it(`tensorflow-serving-api hears from Fovea what it hears from TensorFlow${pythonSuffix}`, async function () {
    if (python === undefined) this.skip();
    const ours = await pythonClient(server.grpcPort);
    const backend = await startReferenceBackend({ python, models: server.models });
    const theirs = await pythonClient(backend.grpcPort);
    await backend.stop();
    // The stand-in made of TensorFlow has no labels and only predicts.
    const onlyOurs = ['by_label', 'classify', 'multi_inference', 'regress_without_regression'];
    const shared = [...theirs.keys()].filter((name) => !onlyOurs.includes(name));
    expect(shared).to.have.length.above(15);
    for (const name of shared) expectAlike(ours.get(name), theirs.get(name), name);

    const one = ours.get('one_picture');
    expectAlike(ours.get('by_label'), one, 'by_label');
    const row = listIn(one, 'outputs', picturesModel.scores)[0];
    const labels = (await readFile(path.join(picturesModel.folder, 'labels.txt'), 'utf8')).trim().split('\n');
    const expected = labels.map((label, index) => [label, Array.isArray(row) ? Number(row[index]) : NaN]);
    expectAlike(ours.get('classify'), [expected, expected], 'classify');
    expect(ours.get('multi_inference')).to.deep.equal([1]);
    expect(ours.get('regress_without_regression')).to.include({ code: 'INVALID_ARGUMENT' });
  });

  describe(`curl, as TensorFlow Serving's documentation has it${curlSuffix}`, () => {
    before(function () {
      if (curlSuffix !== '') this.skip();
    });

    async function curl(place: string, ...words: readonly string[]): Promise<[status: number, body: object]> {
      const url = `http://127.0.0.1:${server.restPort}/v1/models/${place}`;
      const { out, code } = await runClient('curl', ['-s', '-w', '\n%{http_code}', ...words, url]);
      expect(code).to.equal(0);
      const end = out.lastIndexOf('\n');
      return [Number(out.slice(end)), parsed(out.slice(0, end))];
    }

    async function post(body: object): Promise<readonly string[]> {
      const file = path.join(await folders.make(), 'question.json');
      await writeFile(file, JSON.stringify(body));
      return ['-X', 'POST', '-d', `@${file}`];
    }

    it('reads the status of a model, of a version and of a label', async () => {
      for (const place of ['', '/versions/1', '/labels/stable']) {
        const [status, body] = await curl(`${picturesModel.name}${place}`);
        expect(status).to.equal(200);
        expect(body).to.deep.include({
          model_version_status: [
            { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
          ],
        });
      }
      const [status, body] = await curl('no_such_model');
      expect(status).to.equal(404);
      expect(body).to.deep.equal({ error: 'Could not find any versions of model no_such_model' });
    });

    it('reads the metadata', async () => {
      const [status, body] = await curl(`${picturesModel.name}/metadata`);
      expect(status).to.equal(200);
      expect(body).to.have.deep.property('model_spec', {
        name: picturesModel.name,
        signature_name: '',
        version: '1',
      });
      const signature = 'metadata.signature_def.signature_def.serving_default';
      expect(body).to.have.nested.property(`${signature}.inputs.${picturesModel.input}.dtype`, 'DT_STRING');
      expect(body).to.have.nested.property(`${signature}.method_name`, 'tensorflow/serving/predict');
    });

    it('predicts from rows and from columns, with the same numbers', async () => {
      const picture = { b64: (await readFile(pictureFile)).toString('base64') };
      const rows = await post({ signature_name: 'serving_default', instances: [picture, picture] });
      const columns = await post({ inputs: { [picturesModel.input]: [picture, picture] } });
      const [rowStatus, byRow] = await curl(`${picturesModel.name}:predict`, ...rows);
      const [columnStatus, byColumn] = await curl(`${picturesModel.name}/versions/1:predict`, ...columns);
      expect([rowStatus, columnStatus]).to.deep.equal([200, 200]);
      const scores = listIn(byRow, 'predictions').map((row) => listIn(row, picturesModel.scores));
      expect(scores).to.have.length(2);
      expect(listIn(byColumn, 'outputs', picturesModel.scores)).to.deep.equal(scores);
      expect(scores[0]).to.deep.equal(scores[1]).and.have.length(10);
    });

    it('predicts from numbers, and leaves out the name of an only output', async () => {
      const { side } = tensorsModel;
      const image = Array.from({ length: side }, () => Array.from({ length: side }, () => [0.25, 0.5, 0.75]));
      const [status, body] = await curl(
        `${tensorsModel.name}:predict`,
        ...(await post({ instances: [image] })),
      );
      expect(status).to.equal(200);
      const [scores] = listIn(body, 'predictions');
      expect(scores).to.have.length(6);
    });

    it('reads why a question is refused', async () => {
      const [status, body] = await curl(
        `${picturesModel.name}:predict`,
        '-d',
        '{"instances": [1.0, 2.0, 5.0]}',
      );
      expect(status).to.equal(400);
      expect(body).to.have.property('error').that.includes(picturesModel.input);
      expect(await curl(`no_such_model:predict`, '-d', '{"instances": [1.0]}')).to.deep.equal([
        404,
        { error: 'Servable not found for request: Latest(no_such_model)' },
      ]);
    });
  });

  describe(`grpcurl, which knows the services by reflection only${grpcurlSuffix}`, () => {
    before(function () {
      if (grpcurlSuffix !== '') this.skip();
    });

    async function grpcurl(input: object, ...words: readonly string[]): Promise<string> {
      const address = `127.0.0.1:${server.grpcPort}`;
      const text = JSON.stringify(input);
      const { code, out, error } = await runClient(
        'grpcurl',
        ['-plaintext', '-d', '@', address, ...words],
        text,
      );
      expect(code, error).to.equal(0);
      return out;
    }

    it('lists the services and asks for the state of a model', async () => {
      const services = await runClient('grpcurl', ['-plaintext', `127.0.0.1:${server.grpcPort}`, 'list']);
      expect(services.out.split('\n')).to.include.members([
        'grpc.health.v1.Health',
        'tensorflow.serving.ModelService',
        'tensorflow.serving.PredictionService',
      ]);
      const answer = await grpcurl(
        { model_spec: { name: picturesModel.name } },
        'tensorflow.serving.ModelService/GetModelStatus',
      );
      expect(parsed(answer)).to.have.nested.property('model_version_status[0].state', 'AVAILABLE');
    });

    it('predicts', async () => {
      const picture = (await readFile(pictureFile)).toString('base64');
      const tensor = { dtype: 'DT_STRING', tensor_shape: { dim: [{ size: '1' }] }, string_val: [picture] };
      const answer = await grpcurl(
        { model_spec: { name: picturesModel.name }, inputs: { [picturesModel.input]: tensor } },
        'tensorflow.serving.PredictionService/Predict',
      );
      expect(listIn(parsed(answer), 'outputs', picturesModel.scores, 'float_val')).to.have.length(10);
    });

    it('checks health', async () => {
      expect(parsed(await grpcurl({}, 'grpc.health.v1.Health/Check'))).to.deep.equal({ status: 'SERVING' });
    });
  });
});
