/** Numbers and switches of a query string. */
import { expect } from 'chai';
import { countIn, switchIn } from '../../../../../gateway/transports/http/query-value.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('values of a query', () => {
  it('are counts, absent, or no number', () => {
    expect([countIn('5'), countIn(undefined)]).to.deep.equal([5, undefined]);
    for (const value of ['', '0', 'x', '-1', '1.5', '1e3', '9999999999', ['1', '2']]) {
      expect(countIn(value), String(value)).to.be.NaN;
    }
  });

  it('are switches, or refused by their name', async () => {
    for (const value of ['true', '1', '']) expect(switchIn(value, 'labels'), value).to.equal(true);
    for (const value of ['false', '0', undefined]) expect(switchIn(value, 'labels')).to.equal(false);
    for (const value of ['yes', 'TRUE ', ['true', 'true']]) {
      const fault = await thrownBy(() => switchIn(value, 'labels'));
      expect(fault).to.include({ kind: 'invalid-input', message: '"labels" must be true or false.' });
    }
  });
});
