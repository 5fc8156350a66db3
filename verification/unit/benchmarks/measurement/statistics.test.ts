/** Medians, percentiles and ratios of rounds. */
import { expect } from 'chai';
import { median, medianRatio, percentile } from '../../../../benchmarks/measurement/statistics.ts';

describe('statistics of measurements', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 6])).to.equal(5.5);
    expect(median([3])).to.equal(3);
  });

  it('sorts numbers as numbers and leaves the list as it was', () => {
    const values = [100, 20, 3];
    expect(median(values)).to.equal(20);
    expect(values).to.deep.equal([100, 20, 3]);
  });

  it('takes the smallest value that the share of all values does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).to.equal(99);
    expect(percentile(hundred, 0.5)).to.equal(50);
    expect(percentile(hundred, 1)).to.equal(100);
    expect(percentile([7, 8], 0.001)).to.equal(7);
  });

  it('gives NaN, which keeps no promise, when nothing was measured', () => {
    expect(median([])).to.be.NaN;
    expect(percentile([], 0.5)).to.be.NaN;
  });

  it('compares round by round, so that a drift of both sides cancels', () => {
    expect(medianRatio([10, 20, 40], [20, 40, 80])).to.equal(0.5);
  });

  it('lets one disturbed round count once', () => {
    expect(medianRatio([10, 10, 1], [10, 10, 10])).to.equal(1);
  });

  it('refuses sides of different length', () => {
    expect(() => medianRatio([1], [1, 2])).to.throw('different rounds');
  });
});
