/** Numbers as people read them. */
import { expect } from 'chai';
import { formatNumber } from '../../../../benchmarks/report/format.ts';

describe('formatNumber', () => {
  it('gives three significant digits, and every digit of a whole part', () => {
    expect([0.98765, 1.2345, 12.345, 123.45, 12345.6].map(formatNumber)).to.deep.equal([
      '0.988',
      '1.23',
      '12.3',
      '123',
      '12346',
    ]);
  });

  it('leaves whole numbers whole, and shows what could not be measured', () => {
    expect([0, 7, NaN, Infinity].map(formatNumber)).to.deep.equal(['0', '7', '?', '?']);
  });
});
