/** The curl lines of TensorFlow Serving's documentation, on the model that it has them for. */
import path from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { readModelMetadata } from '../../gateway/wire/tensorflow-serving/metadata-json.ts';
import { serializeExample } from '../../gateway/wire/tensorflow-serving/example-proto.ts';
import { documentedGraph, documentedModels, writeDocumentedModel } from '../support/documented-model.ts';
import { modelToServe } from '../support/gateway-under-test.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import {
  example,
  numbers,
  halvesPlusTwo,
  PredictionCaller,
  shapeOf,
  spec,
} from '../support/prediction-caller.ts';

const quiet = { info: () => undefined, warn: () => undefined };

describe("the models of TensorFlow Serving's documentation", function () {
  this.timeout(60_000);
  const folders = new TemporaryFolders();
  let server: ModelServerUnderTest;
  let prediction: PredictionCaller;

  before(async () => {
    const root = await folders.make();
    const models = await Promise.all(
      Object.entries(documentedModels).map(async ([name, model]) => {
        const folder = path.join(root, name);
        await writeDocumentedModel(folder, model);
        const facts = {};
        const versions = [{ name, version: 123, folder: path.join(folder, '123') }];
        return { ...modelToServe(name, [123]), facts, versions };
      }),
    );
    const cacheDirectory = path.join(root, 'cache');
    const limits = { workers: 1, threadsPerWorker: 1, maxQueue: 100, maxPixels: 1_000_000, log: quiet };
    server = new ModelServerUnderTest({ engine: createOnnxEngine({ cacheDirectory, ...limits }), models });
    prediction = await PredictionCaller.of(server);
  });
  after(async () => {
    await server.stop();
    await folders.remove();
  });

  async function answerTo(path: string, body: object, status = 200): Promise<unknown> {
    const answer = await request(server.handle)
      .post(`/v1/models/${path}`)
      .type('form')
      .send(JSON.stringify(body));
    expect(answer.status, answer.text).to.equal(status);
    return answer.body;
  }

  describe('a list of plain numbers, where each is a row of its own', () => {
    it('is answered with a list of plain numbers: by rows', async () => {
      const answer = await answerTo('half_plus_two:predict', { instances: [1.0, 2.0, 5.0] });
      expect(answer).to.deep.equal({ predictions: [2.5, 3.0, 4.5] });
    });

    it('by named rows', async () => {
      const answer = await answerTo('half_plus_three:predict', { instances: [{ x: 1.0 }, { x: 2.0 }] });
      expect(answer).to.deep.equal({ predictions: [3.5, 4.0] });
    });

    it('by columns, named or not', async () => {
      const outputs = { outputs: [2.5, 3.0, 4.5] };
      expect(await answerTo('half_plus_two:predict', { inputs: [1, 2, 5] })).to.deep.equal(outputs);
      expect(await answerTo('half_plus_two:predict', { inputs: { x: [1, 2, 5] } })).to.deep.equal(outputs);
    });

    it('over gRPC', async () => {
      const x = { dtype: 1, tensor_shape: shapeOf(3), float_val: [1, 2, 5] };
      const answer = await prediction.answerTo('Predict', {
        model_spec: spec('half_plus_two'),
        inputs: { x },
      });
      expect(answer).to.have.deep.nested.property('outputs.y', halvesPlusTwo());
    });

    it('is answered in rows where it was sent in rows', async () => {
      const answer = await answerTo('half_plus_two:predict', { instances: [[1.0], [2.0], [5.0]] });
      expect(answer).to.deep.equal({ predictions: [[2.5], [3.0], [4.5]] });
    });

    it('is refused by what it is when its numbers cannot be rows', async () => {
      const answer = await answerTo('half_plus_two:predict', { instances: [[[1.0]]] }, 400);
      expect(answer).to.have.property('error').that.includes('must have the shape [?, 1], not [1, 1, 1]');
    });
  });

  describe('examples, for a signature that parses them itself', () => {
    const regress = 'tensorflow/serving/regress';

    it('are answered with a value each', async () => {
      const body = { signature_name: regress, examples: [{ x: 1.5 }, { x: 2.5 }] };
      expect(await answerTo('half_plus_three:regress', body)).to.deep.equal({ results: [3.75, 4.25] });
      expect(await answerTo('half_plus_two:regress', body)).to.deep.equal({ results: [2.75, 3.25] });
    });

    it('are answered as the documentation has it, whose floats end in .0', async () => {
      const answer = await request(server.handle)
        .post('/v1/models/half_plus_three:regress')
        .send(`{"signature_name":"${regress}","examples":[{"x":1.0},{"x":2.0}]}`);
      expect(answer.text).to.equal('{"results":[3.5,4.0]}');
    });

    it('are answered with the score of their one class', async () => {
      const body = { signature_name: 'classify_x_to_y', examples: [{ x: 1.5 }, { x: 2.5 }] };
      const results = [[['0', 2.75]], [['0', 3.25]]];
      expect(await answerTo('half_plus_two:classify', body)).to.deep.equal({ results });
    });

    it('are answered over gRPC, each signature by its method or all at once', async () => {
      const input = { example_list: { examples: [1, 2].map((x) => example({ x: numbers(x) })) } };
      const asked = (signature_name: string) => spec('half_plus_two', { signature_name });
      const regressions = [{ value: 2.5 }, { value: 3 }];
      // The label is 0, which the caller leaves out as it does all zeros.
      const classifications = [2.5, 3].map((score) => ({ classes: [{ score }] }));
      expect(await prediction.answerTo('Regress', { model_spec: asked(regress), input }))
        .to.have.nested.property('result.regressions')
        .that.deep.equals(regressions);
      expect(await prediction.answerTo('Classify', { model_spec: asked('classify_x_to_y'), input }))
        .to.have.nested.property('result.classifications')
        .that.deep.equals(classifications);
      const tasks = [
        { model_spec: asked('regress_x_to_y2'), method_name: 'tensorflow/serving/regress' },
        { model_spec: asked('classify_x_to_y'), method_name: 'tensorflow/serving/classify' },
      ];
      const answer = await prediction.answerTo('MultiInference', { tasks, input });
      expect(answer).to.have.deep.nested.property('results[0].regression_result.regressions', [
        { value: 3.5 },
        { value: 4 },
      ]);
      expect(answer).to.have.deep.nested.property(
        'results[1].classification_result.classifications',
        classifications,
      );
    });

    it('can be sent to Predict as the bytes that they are', async () => {
      const bytes = serializeExample(new Map([['x', { kind: 'float', values: [3] }]]));
      const instances = [{ b64: Buffer.from(bytes).toString('base64') }];
      const answer = await answerTo('half_plus_two:predict', { signature_name: 'regress_x_to_y', instances });
      expect(answer).to.deep.equal({ predictions: [[3.5]] });
    });

    const refused: readonly (readonly [string, object, RegExp])[] = [
      ['without a feature that must be there', { x2: 1.5 }, /Example 1 lacks the feature "x"/],
      ['with a whole number for a float', { x: 1 }, /"x" of example 1 must hold float32, not int64/],
      ['with too many values', { x: [1.5, 2.5] }, /"x" of example 1 must hold 1 values, not 2/],
    ];
    refused.forEach(([title, wrong, sentence]) => {
      it(`are refused ${title}`, async () => {
        const body = { signature_name: regress, examples: [{ x: 1.5 }, wrong] };
        const answer = await answerTo('half_plus_two:regress', body, 400);
        expect(answer).to.have.property('error').that.matches(sentence);
      });
    });

    it('are no pictures', async () => {
      const body = { signature_name: 'regress_x_to_y', instances: [{ b64: '/9j/' }] };
      const answer = await answerTo('half_plus_two:predict', body, 400);
      expect(answer).to.have.property('error').that.includes('Example 0 is no serialised tf.Example.');
    });
  });

  it('are told with the methods and the tensors of their SavedModel', async () => {
    const { text } = await request(server.handle).get('/v1/models/half_plus_two/metadata');
    const signatures = readModelMetadata(text).signatures.map(({ name, methodName }) => [name, methodName]);
    const stated = documentedGraph(documentedModels.half_plus_two).signatures;
    expect(signatures).to.have.deep.members(stated.map(({ name, methodName }) => [name, methodName]));
    const told: unknown = JSON.parse(text);
    const under = 'metadata.signature_def.signature_def';
    expect(told).to.have.nested.property(`${under}.regress_x2_to_y3.inputs.inputs.name`, 'x2:0');
    expect(told).to.have.nested.property(`${under}.regress_x2_to_y3.outputs.outputs.name`, 'y3:0');
    expect(told).to.have.nested.property(`${under}.classify_x_to_y.inputs.inputs.name`, 'tf_example:0');
  });

  it('are told the same over gRPC', async () => {
    const question = { model_spec: spec('half_plus_two'), metadata_field: ['signature_def'] };
    const answer = await prediction.answerTo('GetModelMetadata', question);
    expect(answer)
      .to.have.nested.property('metadata.signature_def.value')
      .that.satisfies((packed: Buffer) =>
        ['tensorflow/serving/regress', 'tensorflow/serving/classify', 'tf_example:0', 'x2:0', 'y3:0'].every(
          (stated) => packed.includes(stated),
        ),
      );
  });
});
