/** The time in a log line is that of the calendar, in whatever order times come. */
import { expect } from 'chai';
import { isoTimeOf } from '../../../../gateway/telemetry/log-time.ts';

describe('the time in a log line', () => {
  it('is that of the calendar, within a second, from one to the next and back', () => {
    const begin = Date.UTC(2024, 1, 29, 23, 59, 59, 0);
    for (const after of [0, 7, 42, 999, 1000, 1001, 998, 86_400_000, 0]) {
      expect(isoTimeOf(begin + after)).to.equal(new Date(begin + after).toISOString());
    }
  });
});
