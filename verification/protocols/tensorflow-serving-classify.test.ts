/** `:classify` of a signature as TensorFlow writes them: scores beside features, and the names of the classes as strings. */
import { expect } from 'chai';
import request from 'supertest';
import type { Engine, LoadedModel, TensorSpecification } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { modelToServe } from '../support/gateway-under-test.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';

const output = (
  name: string,
  datatype: 'float32' | 'string' | 'int64',
  ...shape: number[]
): TensorSpecification => ({
  name,
  datatype,
  shape: [null, ...shape],
});
const features = output('embedding', 'float32', 2);
const scores = output('scores', 'float32', 3);
const names = output('classes', 'string', 3);

/** To two examples. */
const answers: Readonly<Record<string, Tensor>> = {
  embedding: { datatype: 'float32', shape: [2, 2], elements: Float32Array.of(9, 9, 9, 9) },
  scores: { datatype: 'float32', shape: [2, 3], elements: Float32Array.of(0.5, 0.25, 0, 1, 2, 3) },
  classes: {
    datatype: 'string',
    shape: [2, 3],
    elements: ['ant', 'bee', 'Bär', 'cat', 'dog', 'elk'].map((name) => Buffer.from(name)),
  },
};

/** Gives the outputs that are asked for. */
const modelWith = (outputs: Readonly<Record<string, readonly TensorSpecification[]>>): LoadedModel => ({
  signatures: new Map(
    Object.entries(outputs).map(([name, one]) => [
      name,
      { name, inputs: [{ name: 'x', datatype: 'float32', shape: [null, 1] }], outputs: one },
    ]),
  ),
  infer: async ({ outputs: wanted = [] }) =>
    new Map(Object.entries(answers).filter(([name]) => wanted.includes(name))),
  readiness: () => ({ ready: true }),
  close: async () => undefined,
});

describe(':classify of signatures as TensorFlow writes them', () => {
  const engine: Engine = {
    name: 'classes',
    load: async () =>
      modelWith({ scored: [features, scores], named: [features, names, scores], unscored: [names] }),
    close: async () => undefined,
  };
  const server = new ModelServerUnderTest({ engine, models: [modelToServe('insects')] });
  before(() => server.load());
  after(() => server.stop());

  const resultsOf = async (signature: string): Promise<unknown> => {
    const body = { signature_name: signature, examples: [{ x: 1.5 }, { x: 2.5 }] };
    const answer = await request(server.handle)
      .post('/v1/models/insects:classify')
      .send(JSON.stringify(body));
    return (JSON.parse(answer.text) as { readonly results: unknown }).results;
  };

  it('takes the scores and not what comes before them, with the labels of the model', async () => {
    expect(await resultsOf('scored')).to.deep.equal([
      [
        ['background', 0.5],
        ['tench', 0.25],
        ['goldfish', 0],
      ],
      [
        ['background', 1],
        ['tench', 2],
        ['goldfish', 3],
      ],
    ]);
  });

  it('calls each class what the signature calls it', async () => {
    expect(await resultsOf('named')).to.deep.equal([
      [
        ['ant', 0.5],
        ['bee', 0.25],
        ['Bär', 0],
      ],
      [
        ['cat', 1],
        ['dog', 2],
        ['elk', 3],
      ],
    ]);
  });

  it('gives names alone where there are no scores', async () => {
    expect(await resultsOf('unscored')).to.deep.equal([
      [
        ['ant', 0],
        ['bee', 0],
        ['Bär', 0],
      ],
      [
        ['cat', 0],
        ['dog', 0],
        ['elk', 0],
      ],
    ]);
  });
});
