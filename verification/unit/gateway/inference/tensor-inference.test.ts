/** Tensors in, tensors out: which signature is asked, what is checked before the engine works, whose fault is named. */
import { expect } from 'chai';
import type { Signature } from '../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../gateway/domain/tensor.ts';
import { inspectImage } from '../../../../gateway/imaging/inspect-image.ts';
import { ModelRegistry } from '../../../../gateway/inference/model-registry.ts';
import { TensorInference } from '../../../../gateway/inference/tensor-inference.ts';
import { FakeEngine, fakeJpeg, pictureSignature } from '../../../support/fake-engine.ts';
import { modelToServe } from '../../../support/gateway-under-test.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const limits = { allowedFormats: ['jpeg'], maxPixels: 100, maxPictures: 3 } as const;
const { signal } = new AbortController();

async function inferenceOf(engine: FakeEngine, manifestSignature?: string): Promise<TensorInference> {
  const model = modelToServe('m');
  const facts = { ...model.facts, signature: manifestSignature };
  const registry = new ModelRegistry({
    models: [{ ...model, facts }],
    resnet: { kind: 'model', name: 'm' },
  });
  await registry.loadAll(engine, signal);
  return new TensorInference({ registry, inspectImage, limits });
}

const strings = (...elements: readonly Uint8Array[]): ReadonlyMap<string, Tensor> =>
  new Map([['image_bytes', { datatype: 'string', shape: [elements.length], elements }]]);

describe('TensorInference', () => {
  let engine: FakeEngine;
  let inference: TensorInference;
  beforeEach(async () => {
    engine = new FakeEngine({ classCount: 3 });
    inference = await inferenceOf(engine);
  });

  async function refusalOf(inputs: ReadonlyMap<string, Tensor>, outputs: readonly string[] = []) {
    const target = inference.target(inference.resolve('m'));
    const error = await thrownBy(() => inference.infer(target, { inputs, outputs }, signal));
    expect(error).to.be.an.instanceOf(ServingError);
    return error;
  }

  it('answers every output, or those that are wanted', async () => {
    const target = inference.target(inference.resolve('m'));
    const inputs = strings(fakeJpeg(2), fakeJpeg(0));
    const all = await inference.infer(target, { inputs }, signal);
    expect([...all.keys()]).to.deep.equal(['classes', 'probabilities']);
    expect(all.get('classes')?.elements).to.deep.equal(BigInt64Array.of(2n, 0n));
    const some = await inference.infer(target, { inputs, outputs: ['classes'] }, signal);
    expect([...some.keys()]).to.deep.equal(['classes']);
    expect(engine.requests.map(({ outputs }) => outputs)).to.deep.equal([undefined, ['classes']]);
  });

  it('asks the named signature, else serving_default, else that of the manifest, else the first', async () => {
    const named = (...names: string[]): readonly Signature[] =>
      names.map((name) => pictureSignature(3, name));
    for (const [signatures, ofManifest, wanted, chosen] of [
      [named('a', 'serving_default'), 'a', undefined, 'serving_default'],
      [named('a', 'serving_default'), undefined, 'a', 'a'],
      [named('a', 'b'), 'b', undefined, 'b'],
      [named('a', 'b'), undefined, undefined, 'a'],
    ] as const) {
      const one = await inferenceOf(new FakeEngine({ classCount: 3, signatures }), ofManifest);
      expect(one.target(one.resolve('m'), wanted).signature.name).to.equal(chosen);
    }
    const unknown = await thrownBy(() => inference.target(inference.resolve('m'), 'x'));
    expect(unknown).to.include({ kind: 'invalid-input' });
  });

  it('refuses names, shapes and pictures that do not fit, before the engine hears of them', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    const large = fakeJpeg(1, { width: 11, height: 10 });
    for (const [inputs, outputs, kind] of [
      [new Map(), [], 'invalid-input'],
      [
        new Map([...strings(fakeJpeg(1)), ['other', { datatype: 'string', shape: [0], elements: [] }]]),
        [],
        'invalid-input',
      ],
      [strings(fakeJpeg(1)), ['nothing'], 'invalid-input'],
      [strings(), [], 'invalid-input'],
      [strings(...Array<Buffer>(4).fill(fakeJpeg(1))), [], 'invalid-input'],
      [strings(fakeJpeg(1), png), [], 'unsupported-image'],
      [strings(large), [], 'too-large'],
    ] as const) {
      expect(await refusalOf(inputs, outputs)).to.include({ kind });
    }
    expect(engine.requests).to.deep.equal([]);
  });

  it('names the picture that the engine could not read', async () => {
    engine.nextFault = new ServingError('unsupported-image', 'Corrupt.', { row: 1 });
    expect(await refusalOf(strings(fakeJpeg(1), fakeJpeg(2)))).to.have.property(
      'message',
      'picture 2 of 2: Corrupt.',
    );
  });

  it('knows no model of another name', async () => {
    expect(await thrownBy(() => inference.resolve('x'))).to.include({ kind: 'model-not-found' });
    expect(await thrownBy(() => inference.resolve('m', 9))).to.include({ kind: 'model-not-found' });
  });
});
