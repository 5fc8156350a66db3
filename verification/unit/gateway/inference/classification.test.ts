/** Signatures other than the usual one. */
import { expect } from 'chai';
import type { Signature } from '../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import type { EncodedPicture } from '../../../../gateway/domain/image.ts';
import { inspectImage } from '../../../../gateway/imaging/inspect-image.ts';
import { Classification } from '../../../../gateway/inference/classification.ts';
import { ModelRegistry } from '../../../../gateway/inference/model-registry.ts';
import { FakeEngine, fakeJpeg, pictureSignature } from '../../../support/fake-engine.ts';
import { modelToServe } from '../../../support/gateway-under-test.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const limits = { allowedFormats: ['jpeg'], maxPixels: 1e6, maxPictures: 8 } as const;
const signal = new AbortController().signal;
const pictures = [1, 2].map((index) => ({ bytes: fakeJpeg(index) }));

async function classificationOf(engine: FakeEngine): Promise<Classification> {
  const registry = new ModelRegistry({ models: [modelToServe('m')], resnet: { kind: 'model', name: 'm' } });
  await registry.loadAll(engine, signal);
  return new Classification({ registry, inspectImage, limits });
}

describe('Classification', () => {
  it('prefers serving_default, and takes the only other signature with pictures', async () => {
    const tensors: Signature = {
      ...pictureSignature(5),
      inputs: [{ name: 'x', datatype: 'float32', shape: [null, 3] }],
    };
    const choices: readonly [readonly Signature[], string][] = [
      [[pictureSignature(5, 'other'), pictureSignature(5)], 'serving_default'],
      [[tensors, pictureSignature(5, 'other')], 'other'],
    ];
    for (const [signatures, chosen] of choices) {
      const engine = new FakeEngine({ classCount: 5, signatures });
      const classification = await classificationOf(engine);
      await classification.classify(classification.target({ model: 'm' }), pictures, signal);
      expect(engine.requests[0]?.signature).to.equal(chosen);
    }
  });

  it('asks a model of one picture a call once for each, and names the one that fails', async () => {
    const signature: Signature = {
      name: 'serving_default',
      inputs: [{ name: 'image', datatype: 'string', shape: [1] }],
      outputs: pictureSignature(5).outputs,
    };
    const engine = new FakeEngine({ classCount: 5, signatures: [signature] });
    const classification = await classificationOf(engine);
    const target = classification.target({ model: 'm' });
    expect(await classification.classify(target, pictures, signal)).to.deep.equal({ classes: [1, 2] });
    expect(engine.requests).to.have.length(2);
    engine.nextFault = new ServingError('unsupported-image', 'Corrupt.', { row: 0 });
    const fault = await thrownBy(() => classification.classify(target, pictures, signal));
    expect(fault).to.have.property('message', 'picture 1 of 2: Corrupt.');
  });

  describe('the memory of disposable pictures', () => {
    const single = {
      ...pictureSignature(5),
      inputs: [{ name: 'image', datatype: 'string', shape: [1] }],
    } as const;
    const disposable = pictures.map((picture) => ({ ...picture, isDisposable: true }));
    for (const [what, signature] of [
      ['any number of pictures', pictureSignature(5)],
      ['one picture a call', single],
    ] as const) {
      it(`is given to a model of ${what} when a picture comes alone, and never when several share it`, async () => {
        const engine = new FakeEngine({ classCount: 5, signatures: [signature] });
        const classification = await classificationOf(engine);
        const target = classification.target({ model: 'm' });
        const flagsOf = async (sent: readonly EncodedPicture[]) => {
          engine.requests.length = 0;
          await classification.classify(target, sent, signal);
          return [...new Set(engine.requests.map(({ areInputsDisposable }) => areInputsDisposable))];
        };
        expect(await flagsOf(disposable.slice(0, 1))).to.deep.equal([true]);
        expect(await flagsOf(disposable)).to.deep.equal([false]);
        expect(await flagsOf(pictures.slice(0, 1))).to.deep.equal([false]);
      });
    }
  });

  it('finds the class itself when the model gives scores alone', async () => {
    const outputs = pictureSignature(5).outputs.filter(({ name }) => name === 'probabilities');
    const engine = new FakeEngine({ classCount: 5, signatures: [{ ...pictureSignature(5), outputs }] });
    const classification = await classificationOf(engine);
    const answer = await classification.classify(classification.target({ model: 'm' }), pictures, signal);
    expect(answer).to.deep.equal({ classes: [1, 2] });
  });

  it('says so when there are classes but no probabilities to rank', async () => {
    const outputs = pictureSignature(5).outputs.filter(({ name }) => name === 'classes');
    const classification = await classificationOf(
      new FakeEngine({ signatures: [{ ...pictureSignature(5), outputs }] }),
    );
    expect(await thrownBy(() => classification.target({ model: 'm', top: 1 })))
      .to.have.property('message')
      .that.matches(/without probabilities/);
  });

  it('believes the model’s facts about its scores', async () => {
    const probabilities = async (scores: 'logits' | undefined): Promise<readonly number[]> => {
      const served = modelToServe('m');
      const registry = new ModelRegistry({
        models: [{ ...served, facts: { ...served.facts, scores } }],
        resnet: { kind: 'model', name: 'm' },
      });
      await registry.loadAll(new FakeEngine({ classCount: 5 }), signal);
      const classification = new Classification({ registry, inspectImage, limits });
      const answer = await classification.classify(
        classification.target({ model: 'm', top: 5 }),
        pictures.slice(0, 1),
        signal,
      );
      return (answer.predictions?.[0] ?? []).map(({ probability }) => probability);
    };
    const [given = 0, other = 0] = await probabilities(undefined);
    const [highest = 0, next = 0] = await probabilities('logits');
    expect(highest / next).to.be.closeTo(Math.exp(given - other), 1e-9);
  });

  it('checks top against the scores when no shape says the number of classes', async () => {
    const signature = pictureSignature(5);
    const outputs = signature.outputs.map((output) => ({ ...output, shape: output.shape?.map(() => null) }));
    const engine = new FakeEngine({ classCount: 5, signatures: [{ ...signature, outputs }] });
    const classification = await classificationOf(engine);
    const target = classification.target({ model: 'm', top: 6 });
    expect(await thrownBy(() => classification.classify(target, pictures, signal)))
      .to.have.property('message')
      .that.matches(/from 1 to 5\./);
  });
});
