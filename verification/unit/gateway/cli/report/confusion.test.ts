/** Confusions, the matrix cut out of them, and the scores of the classes, worked out by hand. */
import { expect } from 'chai';
import { classScores, meanScores } from '../../../../../gateway/cli/report/class-scores.ts';
import { ConfusionCounts } from '../../../../../gateway/cli/report/confusion-counts.ts';
import { confusionMatrix } from '../../../../../gateway/cli/report/confusion-matrix.ts';

type Pair = readonly [truth: number, predicted: number, times?: number];

function countsOf(...pairs: readonly Pair[]): ConfusionCounts {
  const counts = new ConfusionCounts();
  for (const [truth, predicted, times = 1] of pairs) {
    for (let time = 0; time < times; time += 1) counts.add(truth, predicted);
  }
  return counts;
}

/** Five of class 0 (3 right), two of class 1 (both taken for 0), one of class 2 (right), none of class 3. */
const few: readonly Pair[] = [
  [0, 0, 3],
  [0, 2, 2],
  [1, 0, 2],
  [2, 2],
];

describe('ConfusionCounts', () => {
  it('lists mistakes by frequency, equal ones by class', () => {
    expect(countsOf(...few, [2, 1]).mistakes).to.deep.equal([
      { truth: 0, predicted: 2, pictures: 2 },
      { truth: 1, predicted: 0, pictures: 2 },
      { truth: 2, predicted: 1, pictures: 1 },
    ]);
  });
});

describe('confusionMatrix', () => {
  it('is whole for a model of few classes, those without a picture too', () => {
    const { classes, rows, isWhole } = confusionMatrix(countsOf(...few), 4);
    expect(isWhole).to.equal(true);
    expect(classes).to.deep.equal([0, 1, 2, 3]);
    expect(rows.map(({ counts }) => counts)).to.deep.equal([
      [3, 0, 2, 0],
      [2, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
    expect(rows.map(({ pictures }) => pictures)).to.deep.equal([5, 2, 1, 0]);
  });

  it('shows the classes that occur when the model has many', () => {
    const { classes, isWhole } = confusionMatrix(countsOf([7, 7], [400, 12]), 1000);
    expect(classes).to.deep.equal([7, 12, 400]);
    expect(isWhole).to.equal(true);
  });

  it('shows the twelve classes with the most mistakes when too many occur, the rest in one column', () => {
    const right = Array.from({ length: 40 }, (_, index): Pair => [index, index]);
    // Classes 1 to 11 are each taken twice for 0; 20 is once taken for 21, and 5 once for 30.
    const wrong = Array.from({ length: 11 }, (_, index): Pair => [index + 1, 0, 2]);
    const matrix = confusionMatrix(countsOf(...right, ...wrong, [20, 21], [5, 30]), 1000);
    expect(matrix.isWhole).to.equal(false);
    expect(matrix.classes).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(matrix.rows[5]).to.deep.equal({
      truth: 5,
      counts: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      elsewhere: 1,
      pictures: 4,
    });
  });
});

describe('classScores', () => {
  const scores = classScores(countsOf(...few), [0, 1, 2, 3]);

  it('divides by the predictions for precision and by the pictures for recall', () => {
    // Class 0: 3 right of 5 predicted and 5 pictures; class 2: 1 right of 3 predicted and 1 picture, 2·1/(3+1).
    expect(scores[0]).to.include({
      pictures: 5,
      predicted: 5,
      right: 3,
      precision: 0.6,
      recall: 0.6,
      f1: 0.6,
    });
    expect(scores[2]).to.include({
      pictures: 1,
      predicted: 3,
      right: 1,
      precision: 1 / 3,
      recall: 1,
      f1: 0.5,
    });
  });

  it('leaves out what would be divided by nothing', () => {
    expect(scores[1]).to.include({ precision: undefined, recall: 0, f1: 0 });
    expect(scores[3]).to.include({ precision: undefined, recall: undefined, f1: undefined });
  });

  it('takes the mean over the classes with pictures, a class never predicted as 0', () => {
    const mean = meanScores(scores);
    expect(mean.classes).to.equal(3);
    expect(mean.recall).to.be.closeTo((0.6 + 0 + 1) / 3, 1e-12);
    expect(mean.precision).to.be.closeTo((0.6 + 0 + 1 / 3) / 3, 1e-12);
    expect(mean.f1).to.be.closeTo((0.6 + 0 + 0.5) / 3, 1e-12);
    expect(meanScores([])).to.deep.equal({
      classes: 0,
      precision: undefined,
      recall: undefined,
      f1: undefined,
    });
  });
});
