/** Ranking of scores. */
import { expect } from 'chai';
import { likeliestClass, rankPredictions, toProbabilities } from '../../../../gateway/domain/prediction.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

describe('rankPredictions', () => {
  it('puts the likeliest first and the lower index first among equals', () => {
    const ranked = rankPredictions(Float32Array.of(0.125, 0.375, 0.125, 0.375), 3, ['a', 'b']);
    expect(ranked).to.deep.equal([
      { class: 1, label: 'b', probability: 0.375 },
      { class: 3, label: null, probability: 0.375 },
      { class: 0, label: 'a', probability: 0.125 },
    ]);
  });

  it('turns logits into probabilities without overflow', () => {
    const ranked = rankPredictions([1000, 1000 + Math.log(3)], 2, undefined);
    expect(ranked.map(({ class: index }) => index)).to.deep.equal([1, 0]);
    expect(ranked[0]?.probability).to.be.closeTo(0.75, 1e-9);
  });

  it('takes negative scores that happen to add up to 1 for logits', () => {
    expect(toProbabilities([-1, 2])[0]).to.be.closeTo(1 / (1 + Math.exp(3)), 1e-12);
  });

  it('leaves probabilities as they are', () => {
    expect(toProbabilities([0.25, 0.7495])).to.deep.equal([0.25, 0.7495]);
  });

  it('believes whoever says what the scores are', () => {
    expect(toProbabilities([0.75, 0.25], 'logits')[0]).to.be.closeTo(1 / (1 + Math.exp(-0.5)), 1e-12);
    expect(toProbabilities([0.9, 0.8], 'probabilities')).to.deep.equal([0.9, 0.8]);
    const [first] = rankPredictions([0.25, 0.75], 1, undefined, 'logits');
    expect(first?.probability).to.be.closeTo(1 / (1 + Math.exp(-0.5)), 1e-12);
  });

  for (const scores of [[NaN, 1], [Infinity, 0], []]) {
    it(`refuses [${scores.join(', ')}]`, async () => {
      expect(await thrownBy(() => rankPredictions(scores, 1, undefined))).to.have.property(
        'kind',
        'model-failed',
      );
      expect(await thrownBy(() => likeliestClass(scores))).to.have.property('kind', 'model-failed');
    });
  }
});

describe('likeliestClass', () => {
  it('is the lowest index of the highest score', () => {
    expect(likeliestClass([-5, -1, -1])).to.equal(1);
  });
});
