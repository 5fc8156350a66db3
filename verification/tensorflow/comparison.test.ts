/** What counts as the same answer of two engines, and what the report says of it. */
import { expect } from 'chai';
import { comparePicture, summaryOf, type PictureAnswer } from './comparison.ts';
import { comparisonJson, comparisonTable } from './comparison-table.ts';

const answer = (...probabilities: readonly number[]): PictureAnswer => ({
  class: probabilities.indexOf(Math.max(...probabilities)),
  probabilities,
});
const refused: PictureAnswer = { refusal: 'unsupported-image' };

describe('the comparison of two engines', () => {
  const close = comparePicture('close.jpg', answer(0.25, 0.75), answer(0.2505, 0.7495));
  const far = comparePicture('far.jpg', answer(0.25, 0.75), answer(0.3, 0.7));
  const other = comparePicture('other.jpg', answer(0.5001, 0.4999), answer(0.4999, 0.5001));
  const neither = comparePicture('neither.jpg', refused, refused);
  const one = comparePicture('one.jpg', answer(1, 0), refused);

  it('holds when classes are equal and probabilities close', () => {
    const summary = summaryOf({ model: 'm/1', pictures: [close, neither] });
    expect(summary).to.include({ pictures: 2, agreeing: 2, refusedByBoth: 1, holds: true });
    expect(summary.largestDifference).to.be.closeTo(0.0005, 1e-9);
    expect(summary.meanDifference).to.be.closeTo(0.00025, 1e-9);
    expect(summary.worst).to.equal(close);
  });

  it('does not hold when a probability is far off, though the class is the same', () => {
    const summary = summaryOf({ model: 'm/1', pictures: [close, far] });
    expect(summary).to.include({ agreeing: 2, holds: false });
    expect(summary.worst).to.equal(far);
  });

  it('does not hold when a class differs, however close; that picture is the worst', () => {
    const summary = summaryOf({ model: 'm/1', pictures: [far, other] });
    expect(summary).to.include({ agreeing: 1, holds: false });
    expect(summary.worst).to.equal(other);
  });

  it('does not hold when one alone refuses, and neither without pictures', () => {
    expect(summaryOf({ model: 'm/1', pictures: [one] })).to.include({
      agreeing: 0,
      largestDifference: Infinity,
      holds: false,
    });
    expect(summaryOf({ model: 'm/1', pictures: [] }).holds).to.equal(false);
  });

  it('takes a NaN and a row of another length for the largest difference', () => {
    const nan: PictureAnswer = { class: 0, probabilities: [1, NaN] };
    expect(comparePicture('a', answer(1, 0), nan).difference).to.equal(Infinity);
    expect(comparePicture('a', answer(1, 0), answer(1, 0, 0)).difference).to.equal(Infinity);
    expect(comparePicture('a', answer(1, 0, 0), answer(1, 0)).difference).to.equal(Infinity);
  });

  it('lists what differs in the table and says how many models hold', () => {
    const table = comparisonTable([
      { model: 'good/1', pictures: [close] },
      { model: 'bad/2', pictures: [close, one] },
    ]);
    expect(table)
      .to.match(/^good\/1 .* holds$/m)
      .and.to.match(/^bad\/2 .* DIFFERS$/m);
    expect(table).to.include('one.jpg (class 0 here, refused in TensorFlow');
    expect(table).to.include('1 of 2 models answer as TensorFlow');
  });

  it('writes every picture into the JSON', () => {
    const text = comparisonJson([{ model: 'm/1', pictures: [close, one] }], { tensorflow: 'x' });
    const report: unknown = JSON.parse(text);
    expect(report).to.deep.include({ tensorflow: 'x', mostDifference: 0.001 });
    expect(report).to.have.nested.property('models[0].pictures[0].embedded.probability', 0.75);
    expect(report).to.have.nested.property('models[0].pictures[1].tensorflow.refusal', 'unsupported-image');
    expect(report).to.have.nested.property('models[0].worst', 'one.jpg');
  });
});
