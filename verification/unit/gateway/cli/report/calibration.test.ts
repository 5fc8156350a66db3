/** Bins, means and the expected calibration error, worked out by hand. */
import { expect } from 'chai';
import { Calibration } from '../../../../../gateway/cli/report/calibration.ts';

function calibrationOf(answers: readonly (readonly [number, boolean])[], bins = 10): Calibration {
  const calibration = new Calibration(bins);
  for (const [confidence, isRight] of answers) calibration.add(confidence, isRight);
  return calibration;
}

describe('Calibration', () => {
  it('gives the upper edge to the bin, and 0 to the first', () => {
    const { bins } = calibrationOf(
      [
        [0, false],
        [0.25, true],
        [0.2500001, true],
        [0.5, true],
        [1, true],
      ],
      4,
    );
    expect(bins.map(({ pictures }) => pictures)).to.deep.equal([2, 2, 0, 1]);
    expect(bins.map(({ from, to }) => [from, to])).to.deep.equal([
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ]);
  });

  it('keeps accuracy and mean confidence of each bin, none for an empty one', () => {
    const { bins } = calibrationOf([
      [0.875, true],
      [0.8125, false],
      [0.125, false],
    ]);
    expect(bins[8]).to.deep.equal({
      from: 0.8,
      to: 0.9,
      pictures: 2,
      meanConfidence: 0.84375,
      accuracy: 0.5,
    });
    expect(bins[1]).to.include({ pictures: 1, meanConfidence: 0.125, accuracy: 0 });
    expect(bins[5]).to.deep.include({ pictures: 0, meanConfidence: undefined, accuracy: undefined });
  });

  it('weights the gaps of the bins by their pictures', () => {
    // Bin (0.7, 0.8]: 3 pictures, 2 right, sum of confidences 2.25: gap 0.25 / 3 each, 0.25 together.
    // Bin (0.5, 0.6]: 1 picture, right, confidence 0.5625: gap 0.4375. Error (0.25 + 0.4375) / 4.
    const calibration = calibrationOf([
      [0.75, true],
      [0.75, true],
      [0.75, false],
      [0.5625, true],
    ]);
    expect(calibration.expectedError).to.equal(0.171875);
    expect(calibration.meanConfidence).to.equal(0.703125);
  });

  it('does not let too much confidence in one bin make up for too little in another', () => {
    const calibration = calibrationOf([
      [0.25, true],
      [0.75, false],
    ]);
    expect(calibration.meanConfidence).to.equal(0.5);
    expect(calibration.expectedError).to.equal(0.75);
  });

  it('is 0 when every answer is certain and right, and says nothing about nothing', () => {
    expect(calibrationOf([[1, true]]).expectedError).to.equal(0);
    expect(calibrationOf([]).expectedError).to.equal(undefined);
    expect(calibrationOf([]).meanConfidence).to.equal(undefined);
  });
});
