/** Whether a promise holds. */
import { expect } from 'chai';
import { atLeast, atMost, holds, ratio } from '../../../../benchmarks/measurement/finding.ts';

describe('a finding', () => {
  it('holds at its bound and beyond it', () => {
    expect(holds({ result: ratio(0.85), bound: atLeast(0.85) })).to.equal(true);
    expect(holds({ result: ratio(0.84), bound: atLeast(0.85) })).to.equal(false);
    expect(holds({ result: ratio(10), bound: atMost(10) })).to.equal(true);
    expect(holds({ result: ratio(10.1), bound: atMost(10) })).to.equal(false);
  });

  it('does not hold when nothing was measured', () => {
    expect(holds({ result: ratio(NaN), bound: atLeast(0) })).to.equal(false);
    expect(holds({ result: ratio(NaN), bound: atMost(0) })).to.equal(false);
  });

  it('has nothing to hold without a bound', () => {
    expect(holds({ result: ratio(1) })).to.equal(undefined);
  });
});
