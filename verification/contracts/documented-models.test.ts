/** The models of TensorFlow Serving's documentation, asked here and in TensorFlow: the same questions, the same answers. */
import path from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { createTensorflowServingEngine } from '../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { serializeExample } from '../../gateway/wire/tensorflow-serving/example-proto.ts';
import { findPython } from '../reference/find-python.ts';
import { startReferenceBackend, type ReferenceBackend } from '../reference/reference-backend.ts';
import { documentedModels, writeDocumentedModel } from '../support/documented-model.ts';
import { modelToServe } from '../support/gateway-under-test.ts';
import { GrpcCaller } from '../support/grpc-caller.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import { PredictionCaller, shapeOf, spec } from '../support/prediction-caller.ts';

const examples = [1, 2].map((x) => serializeExample(new Map([['x', { kind: 'float', values: [x] }]])));

/** Only of the model whose shapes TensorFlow does not know: its Python holds what is fed against them, its server does not. */
const plainNumbers: Readonly<Record<string, object>> = {
  'rows of plain numbers': { instances: [1, 2, 5] },
  'rows of named plain numbers': { instances: [{ x: 1 }, { x: 2 }] },
  'a column of plain numbers': { inputs: [1, 2, 5] },
  'plain numbers for another signature': { signature_name: 'regress_x2_to_y3', inputs: [1, 4] },
};

const others: Readonly<Record<string, object>> = {
  'rows of one number': { instances: [[1], [2], [5]] },
  'a column of rows of one number': { inputs: { x: [[1], [2], [5]] } },
  'examples as bytes': {
    signature_name: 'regress_x_to_y',
    instances: examples.map((bytes) => ({ b64: Buffer.from(bytes).toString('base64') })),
  },
};

const questions = [
  { name: 'half_plus_two', bodies: { ...plainNumbers, ...others }, shapes: [shapeOf(3), shapeOf(3, 1)] },
  { name: 'half_plus_three', bodies: others, shapes: [shapeOf(3, 1)] },
] as const;

const { program: python, suffix } = await findPython();

describe(`the models of the documentation, beside TensorFlow${suffix}`, function () {
  // TensorFlow alone takes seconds to start, and longer on a busy machine.
  this.timeout(180_000);

  if (python === undefined) {
    it('answer the same', function () {
      this.skip();
    });
    return;
  }

  const folders = new TemporaryFolders();
  let server: ModelServerUnderTest;
  let backend: ReferenceBackend;
  let here: PredictionCaller;
  let there: PredictionCaller;

  before(async () => {
    const root = await folders.make();
    const places: Record<string, string> = {};
    for (const [name, model] of Object.entries(documentedModels)) {
      places[name] = path.join(root, name);
      await writeDocumentedModel(path.join(root, name), model);
    }
    const models = Object.entries(places).map(([name, folder]) => ({
      ...modelToServe(name, [123]),
      versions: [{ name, version: 123, folder: path.join(folder, '123') }],
    }));
    const log = { info: () => undefined, warn: () => undefined };
    const cacheDirectory = path.join(root, 'cache');
    const limits = { workers: 1, threadsPerWorker: 1, maxQueue: 100, maxPixels: 1_000_000 };
    server = new ModelServerUnderTest({
      engine: createOnnxEngine({ cacheDirectory, ...limits, log }),
      models,
    });
    here = await PredictionCaller.of(server);
    backend = await startReferenceBackend({ python, models: places });
    there = new PredictionCaller(new GrpcCaller(backend.grpcPort));
  });
  after(async () => {
    there.caller.close();
    await backend.stop();
    await server.stop();
    await folders.remove();
  });

  for (const { name, bodies, shapes } of questions) {
    for (const [title, body] of Object.entries(bodies)) {
      it(`${name} answers ${title} over REST`, async () => {
        const asked = `/v1/models/${name}:predict`;
        const ours = await request(server.handle).post(asked).send(JSON.stringify(body));
        const theirs = await request(`http://127.0.0.1:${backend.restPort}`)
          .post(asked)
          .send(JSON.stringify(body));
        expect(theirs.status, theirs.text).to.equal(200);
        expect(JSON.parse(ours.text)).to.deep.equal(JSON.parse(theirs.text));
      });
    }

    it(`${name} answers over gRPC in the shape of the question`, async () => {
      for (const tensor_shape of shapes) {
        const x = { dtype: 1, tensor_shape, float_val: [1, 2, 5] };
        const question = { model_spec: spec(name), inputs: { x } };
        const ours = await here.answerTo('Predict', question);
        const theirs = await there.answerTo('Predict', question);
        expect(ours)
          .to.have.property('outputs')
          .that.deep.equals(Reflect.get(Object(theirs), 'outputs'));
      }
    });
  }

  for (const protocol of ['rest', 'grpc'] as const) {
    it(`half_plus_three answers examples of a gateway before TensorFlow, over ${protocol}`, async () => {
      const port = protocol === 'rest' ? backend.restPort : backend.grpcPort;
      const gateway = new ModelServerUnderTest({
        engine: createTensorflowServingEngine({
          addresses: [{ host: '127.0.0.1', port }],
          protocol,
          timeoutMilliseconds: 30_000,
          log: { info: () => undefined, warn: () => undefined },
        }),
        models: [modelToServe('half_plus_three', [123])],
      });
      await gateway.load();
      const body = { signature_name: 'regress_x_to_y', examples: [{ x: 1.5 }, { x: 2.5 }] };
      const answer = await request(gateway.handle).post('/v1/models/half_plus_three:regress').send(body);
      expect(answer.body).to.deep.equal({ results: [3.75, 4.25] });
      const path = '/v1/models/half_plus_three/metadata';
      const told = await request(gateway.handle).get(path);
      expect(told.body).to.have.nested.property(
        'metadata.signature_def.signature_def.regress_x_to_y.inputs.inputs.name',
        'tf_example:0',
      );
      await gateway.stop();
    });
  }

  it('are told with the same methods, tensors and datatypes', async () => {
    const asked = '/v1/models/half_plus_three/metadata';
    const ours = await request(server.handle).get(asked);
    const theirs = await request(`http://127.0.0.1:${backend.restPort}`).get(asked);
    // An example's list has a shape here; TensorFlow was not told that it is one.
    const shown = ({ text }: { readonly text: string }): unknown =>
      JSON.parse(text, (key, value: unknown) =>
        key === 'tensor_shape' || key === 'defaults' ? undefined : value,
      );
    expect(shown(ours)).to.deep.equal(shown(theirs));
  });
});
