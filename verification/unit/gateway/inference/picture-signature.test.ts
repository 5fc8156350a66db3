/** Which signature of a model is asked about pictures, and which of its outputs mean what. */
import { expect } from 'chai';
import type { LoadedModel, Signature, TensorSpecification } from '../../../../gateway/domain/engine.ts';
import { describeOutputs, findPictureSignature } from '../../../../gateway/inference/picture-signature.ts';

const pictures: TensorSpecification = { name: 'x', datatype: 'string', shape: [null] };
const probabilities: TensorSpecification = { name: 'p', datatype: 'float32', shape: [null, 5] };

function signature(name: string, parts: Partial<Signature> = {}): Signature {
  return { name, inputs: [pictures], outputs: [probabilities], ...parts };
}

function modelWith(...signatures: readonly Signature[]): LoadedModel {
  return {
    signatures: new Map(signatures.map((one) => [one.name, one])),
    infer: () => Promise.reject(new Error('nobody asks')),
    readiness: () => ({ ready: true }),
    close: () => Promise.resolve(),
  };
}

describe('findPictureSignature', () => {
  it('prefers serving_default, takes the only other one, and does not guess between two', () => {
    const nameOf = (...names: readonly string[]): string | undefined =>
      findPictureSignature(modelWith(...names.map((name) => signature(name))))?.signatureName;
    expect(nameOf('other', 'serving_default')).to.equal('serving_default');
    expect(nameOf('other')).to.equal('other');
    expect(nameOf('one', 'two')).to.equal(undefined);
  });

  it('takes the one that is asked for, unless that takes no pictures', () => {
    const named = (wanted: string, ...signatures: readonly Signature[]): string | undefined =>
      findPictureSignature(modelWith(...signatures), wanted)?.signatureName;
    const tensors = signature('tensors', { inputs: [{ name: 'x', datatype: 'float32', shape: [null] }] });
    expect(named('two', signature('serving_default'), signature('two'))).to.equal('two');
    expect(named('two', signature('one'), signature('two'))).to.equal('two');
    expect(named('tensors', tensors, signature('pictures'))).to.equal('pictures');
    expect(named('gone', signature('one'), signature('two'))).to.equal(undefined);
  });

  const unsuited: Readonly<Record<string, readonly TensorSpecification[]>> = {
    'no input': [],
    'two inputs': [pictures, pictures],
    'numbers for an input': [{ name: 'x', datatype: 'float32', shape: [null] }],
    'strings in two dimensions': [{ name: 'x', datatype: 'string', shape: [null, 2] }],
  };
  for (const [what, inputs] of Object.entries(unsuited)) {
    it(`passes over a signature with ${what}`, () => {
      expect(findPictureSignature(modelWith(signature('a', { inputs })))).to.equal(undefined);
      const both = modelWith(signature('serving_default', { inputs }), signature('b'));
      expect(findPictureSignature(both)?.signatureName).to.equal('b');
    });
  }

  it('tells a batch from a single picture', () => {
    const of = (shape: readonly (number | null)[]) =>
      findPictureSignature(modelWith(signature('a', { inputs: [{ ...pictures, shape }] })));
    expect(of([null])).to.include({ isSingle: false, rank: 1 });
    expect(of([1])).to.include({ isSingle: true, rank: 1 });
    expect(of([])).to.include({ isSingle: true, rank: 0 });
  });
});

describe('describeOutputs', () => {
  const outputsOf = (...outputs: readonly TensorSpecification[]) =>
    describeOutputs(modelWith(signature('a', { outputs })));

  it('tells classes from scores by datatype and rank', () => {
    const classes: TensorSpecification = { name: 'c', datatype: 'int64', shape: [null] };
    const features: TensorSpecification = { name: 'f', datatype: 'float32', shape: [null, 7, 7, 9] };
    expect(outputsOf(features, classes, probabilities)).to.deep.equal({
      classes: 'c',
      scores: 'p',
      classCount: 5,
    });
    expect(outputsOf(features)).to.deep.equal({
      classes: undefined,
      scores: undefined,
      classCount: undefined,
    });
  });

  it('prefers the scores that are called probabilities', () => {
    const logits = { ...probabilities, name: 'logits', shape: [null, 4] };
    expect(outputsOf(logits, { ...probabilities, name: 'probabilities' })?.scores).to.equal('probabilities');
    expect(outputsOf(logits)?.scores).to.equal('logits');
  });

  it('prefers the scores that are called so to others, and probabilities to them', () => {
    const [features, scores] = [
      { ...probabilities, name: 'features', shape: [null, 4] },
      { ...probabilities, name: 'scores' },
    ];
    expect(outputsOf(features, scores)).to.include({ scores: 'scores', classCount: 5 });
    expect(outputsOf(scores, { ...probabilities, name: 'probabilities' })?.scores).to.equal('probabilities');
  });

  it('leaves the number of classes open where no shape says it', () => {
    expect(outputsOf({ ...probabilities, shape: [null, null] })?.classCount).to.equal(undefined);
  });
});
