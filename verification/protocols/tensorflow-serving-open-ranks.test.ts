/** Signatures whose outputs have a rank that only the answer tells, as TensorFlow 2 writes half_plus_two. */
import { expect } from 'chai';
import request from 'supertest';
import type { Engine, LoadedModel, OutputSpecification } from '../../gateway/domain/engine.ts';
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { modelToServe } from '../support/gateway-under-test.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';

const examples = { name: 'inputs', datatype: 'string', shape: [null], content: 'examples' } as const;
const rows = { name: 'x', datatype: 'float32', shape: [null, 1] } as const;
const open = (name: string): OutputSpecification => ({ name, datatype: 'float32', shape: undefined });
const method = (verb: string): string => `tensorflow/serving/${verb}`;
const signatures = [
  { name: 'serving_default', methodName: method('predict'), inputs: [rows], outputs: [open('y')] },
  { name: 'values', methodName: method('regress'), inputs: [examples], outputs: [open('outputs')] },
  { name: 'classes', methodName: method('classify'), inputs: [examples], outputs: [open('scores')] },
];

/** Answers every signature with the same tensor. */
function engineAnswering(tensor: NumericTensor): Engine {
  const model: LoadedModel = {
    signatures: new Map(signatures.map((signature) => [signature.name, signature])),
    infer: async ({ outputs = ['y'] }) => new Map(outputs.map((name) => [name, tensor])),
    readiness: () => ({ ready: true }),
    close: async () => undefined,
  };
  return { name: 'open', load: async () => model, close: async () => undefined };
}

describe('outputs of unknown rank', () => {
  let server: ModelServerUnderTest;
  const start = async (shape: readonly number[], ...elements: readonly number[]): Promise<void> => {
    const tensor = { datatype: 'float32', shape, elements: Float32Array.from(elements) } as const;
    server = new ModelServerUnderTest({ engine: engineAnswering(tensor), models: [modelToServe('open')] });
    await server.load();
  };
  afterEach(() => server.stop());

  const answerTo = async (verb: string, body: object): Promise<unknown> => {
    const { text } = await request(server.handle).post(`/v1/models/open:${verb}`).send(body);
    const answer: unknown = JSON.parse(text);
    return answer;
  };
  const two = [{ x: 1 }, { x: 2 }];

  it('are answered to Predict in their own shape', async () => {
    await start([2, 1], 2.5, 3);
    expect(await answerTo('predict', { instances: [[1], [2]] })).to.deep.equal({ predictions: [[2.5], [3]] });
  });

  it('are the values of Regress and the scores of Classify', async () => {
    await start([2], 2.5, 3);
    const regressed = await answerTo('regress', { signature_name: 'values', examples: two });
    expect(regressed).to.deep.equal({ results: [2.5, 3] });
    const classified = await answerTo('classify', { signature_name: 'classes', examples: two });
    expect(classified).to.deep.equal({ results: [[['0', 2.5]], [['0', 3]]] });
  });

  it('are no values of Regress when there are more of them than examples', async () => {
    await start([2, 2], 1, 2, 3, 4);
    const answer = await answerTo('regress', { signature_name: 'values', examples: two });
    expect(answer).to.have.property('error').that.includes('does not fit the examples');
  });

  it('are told by the metadata', async () => {
    await start([2], 2.5, 3);
    const told = await request(server.handle).get('/v1/models/open/metadata');
    expect(told.body).to.have.deep.nested.property(
      'metadata.signature_def.signature_def.values.outputs.outputs.tensor_shape',
      { dim: [], unknown_rank: true },
    );
  });
});
