/** Classify of a model that names its classes itself, as TensorFlow's classifiers do. */
import { expect } from 'chai';
import request from 'supertest';
import type { Engine, LoadedModel, TensorSpecification } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import { modelToServe } from '../support/gateway-under-test.ts';

const classes: TensorSpecification = { name: 'classes', datatype: 'string', shape: [null, null] };
const scores: TensorSpecification = { name: 'scores', datatype: 'float32', shape: [null, null] };
const signatures = Object.entries({ both: [classes, scores], names: [classes] }).map(([name, outputs]) => ({
  name,
  methodName: 'tensorflow/serving/classify',
  inputs: [{ name: 'inputs', datatype: 'string', shape: [null], content: 'examples' } as const],
  outputs,
}));

const names: Tensor = {
  datatype: 'string',
  shape: [2, 2],
  elements: ['cat', 'dog', 'cat', 'dög'].map((name) => Buffer.from(name)),
};
const numbers: Tensor = {
  datatype: 'float32',
  shape: [2, 2],
  elements: Float32Array.of(0.25, 0.75, 0.5, 0.125),
};

function engineAnswering(tensors: Readonly<Record<string, Tensor>>): Engine {
  const model: LoadedModel = {
    signatures: new Map(signatures.map((signature) => [signature.name, signature])),
    infer: async ({ outputs = [] }) =>
      new Map(Object.entries(tensors).filter(([name]) => outputs.includes(name))),
    readiness: () => ({ ready: true }),
    close: async () => undefined,
  };
  return { name: 'naming', load: async () => model, close: async () => undefined };
}

describe('the classes of a model that names them', () => {
  let server: ModelServerUnderTest;
  const start = async (tensors: Readonly<Record<string, Tensor>>): Promise<void> => {
    server = new ModelServerUnderTest({
      engine: engineAnswering(tensors),
      models: [modelToServe('animals')],
    });
    await server.load();
  };
  afterEach(() => server.stop());

  const classify = (signature_name: string) =>
    request(server.handle)
      .post('/v1/models/animals:classify')
      .send({ signature_name, examples: [{ x: 1.5 }, { x: 2.5 }] });

  it('are answered by these names, each with its score', async () => {
    await start({ classes: names, scores: numbers });
    const answer = await classify('both');
    expect(answer.body).to.deep.equal({
      results: [
        [
          ['cat', 0.25],
          ['dog', 0.75],
        ],
        [
          ['cat', 0.5],
          ['dög', 0.125],
        ],
      ],
    });
  });

  it('are answered with no score where the model gives none', async () => {
    await start({ classes: names });
    const answer = await classify('names');
    expect(answer.body).to.have.deep.nested.property('results[1]', [
      ['cat', 0],
      ['dög', 0],
    ]);
  });

  it('are no answer when there are more of them than scores', async () => {
    await start({ classes: names, scores: { ...numbers, shape: [2, 1], elements: Float32Array.of(1, 2) } });
    const answer = await classify('both');
    expect(answer.status).to.equal(500);
    expect(answer.body).to.have.property('error').that.includes('does not fit the examples');
  });
});
