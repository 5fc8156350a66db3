/** What an error of a connection to a backend over REST says about the call. */
import { expect } from 'chai';
import { faultOfSocket } from '../../../../../gateway/engines/tensorflow-serving/rest-fault.ts';

const errorOf = (code: string): Error => Object.assign(new Error('why'), { code });

describe('faultOfSocket', () => {
  it('is worth repeating only where the backend closed a connection that had been used', () => {
    for (const code of ['ECONNRESET', 'EPIPE']) {
      expect(faultOfSocket(errorOf(code), true), code).to.include({
        reason: 'unavailable',
        isWorthRepeating: true,
      });
      expect(faultOfSocket(errorOf(code), false), code).to.include({ isWorthRepeating: false });
    }
    for (const code of ['ETIMEDOUT', 'EHOSTUNREACH'])
      expect(faultOfSocket(errorOf(code), true), code).to.include({
        reason: 'unavailable',
        isWorthRepeating: false,
      });
  });

  it('blames no connection for what is wrong on this side', () => {
    for (const error of [errorOf('EMFILE'), new TypeError('why')])
      expect(faultOfSocket(error, true)).to.include({
        reason: 'failed',
        isConnectionFailure: false,
        isWorthRepeating: false,
      });
  });
});
