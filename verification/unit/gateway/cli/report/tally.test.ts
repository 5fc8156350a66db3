/** What is counted of answers and failures, and how much of them is kept. */
import { expect } from 'chai';
import { Tally, type Answer } from '../../../../../gateway/cli/report/tally.ts';

function answer(predicted: number, truth: number | undefined, more: Partial<Answer> = {}): Answer {
  return {
    file: 'x.jpg',
    predicted,
    ranked: [predicted],
    confidence: 0.5,
    truth: truth === undefined ? { kind: 'unknown' } : { kind: 'known', class: truth, rule: 'label' },
    ...more,
  };
}

const limits = { samples: 4, mistakes: 2, failures: 2, seed: 1 };

describe('Tally', () => {
  it('judges only pictures whose true class is known', () => {
    const tally = new Tally(limits);
    for (const one of [answer(1, 1), answer(1, 2, { ranked: [1, 2] }), answer(1, 3), answer(2, undefined)]) {
      tally.add(one);
    }
    tally.add(answer(2, undefined, { truth: { kind: 'unclear', name: 'crane' } }));
    tally.fail({ file: 'bad.jpg', sentence: 'It is broken.' });
    expect(tally).to.include({ answered: 5, failed: 1, labelled: 3, right: 1, rightAmongRanked: 2 });
    expect([...tally.predictions]).to.deep.equal([
      [1, 3],
      [2, 2],
    ]);
    expect([...tally.truthRules]).to.deep.equal([['label', 3]]);
    expect([...tally.unclearNames]).to.deep.equal([['crane', 1]]);
    expect(tally.calibration.bins[4]).to.include({ pictures: 3, accuracy: 1 / 3 });
    expect(tally.confusions.count(2, 1)).to.equal(1);
  });

  it('counts a right answer as right among the ranked ones even when the ranking differs', () => {
    const tally = new Tally(limits);
    tally.add(answer(1, 1, { ranked: [] }));
    expect(tally.rightAmongRanked).to.equal(1);
  });

  it('keeps the surest mistakes, the earlier of equal ones first', () => {
    const tally = new Tally(limits);
    for (const [file, confidence] of [
      ['a', 0.5],
      ['b', 0.9],
      ['c', 0.5],
      ['d', 0.7],
      ['e', 0.9],
    ] as const) {
      tally.add(answer(0, 1, { file, confidence }));
    }
    tally.add(answer(1, 1, { file: 'right', confidence: 1 }));
    expect(tally.mistakes.map(({ file }) => file)).to.deep.equal(['b', 'e']);
  });

  it('keeps no more than its limits', () => {
    const tally = new Tally(limits);
    for (let index = 0; index < 10_000; index += 1) {
      tally.add(answer(0, 1));
      tally.fail({ file: `${index}.jpg`, sentence: 'no' });
    }
    expect(tally.samples).to.have.length(4);
    expect(tally.mistakes).to.have.length(2);
    expect(tally.failures.map(({ file }) => file)).to.deep.equal(['0.jpg', '1.jpg']);
    expect(tally.failed).to.equal(10_000);
  });
});
