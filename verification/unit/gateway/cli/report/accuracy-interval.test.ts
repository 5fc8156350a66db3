/** The interval against values from its formula worked out by hand. */
import { expect } from 'chai';
import { accuracyInterval } from '../../../../../gateway/cli/report/accuracy-interval.ts';

describe('accuracyInterval', () => {
  it('solves (share − p)² = z² p (1 − p) / n', () => {
    // Both ends of the interval are the roots of that equation, whatever way they were found.
    const interval = accuracyInterval(18, 20);
    for (const end of [interval?.from ?? NaN, interval?.to ?? NaN]) {
      expect((0.9 - end) ** 2).to.be.closeTo((1.959964 ** 2 * end * (1 - end)) / 20, 1e-12);
    }
    expect(interval?.from).to.be.lessThan(0.9);
    expect(interval?.to).to.be.greaterThan(0.9);
  });

  it('stays between 0 and 1 at the edges: n / (n + z²) for all right', () => {
    expect(accuracyInterval(10, 10)?.from).to.be.closeTo(10 / 13.841459, 1e-6);
    expect(accuracyInterval(10, 10)?.to).to.be.closeTo(1, 1e-12);
    expect(accuracyInterval(0, 10)?.from).to.be.closeTo(0, 1e-12);
  });

  it('says nothing about nothing', () => {
    expect(accuracyInterval(0, 0)).to.equal(undefined);
  });
});
