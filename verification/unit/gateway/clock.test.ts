/** Waiting that has an end. */
import { expect } from 'chai';
import { settledWithin, systemClock } from '../../../gateway/clock.ts';
import { FakeClock } from '../../support/fake-threads.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const never = new Promise<never>(() => undefined);

describe('settledWithin', () => {
  it('resolves with the work, and takes its timer back', async () => {
    let calls = 0;
    const clock = {
      now: () => 0,
      after: () => () => {
        calls += 1;
      },
    };
    await settledWithin(clock, 1000, Promise.resolve());
    expect(calls).to.equal(1);
  });

  it('resolves when the time is over although the work is not done', async () => {
    const clock = new FakeClock();
    let isOver = false;
    const waiting = settledWithin(clock, 1000, never).then(() => {
      isOver = true;
    });
    clock.advance(999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).to.equal(false);
    clock.advance(1);
    await waiting;
  });

  it('rejects as the work does', async () => {
    const failure = new Error('failed');
    const work = Promise.reject(failure);
    expect(await thrownBy(() => settledWithin(new FakeClock(), 1000, work))).to.equal(failure);
  });
});

describe('systemClock', () => {
  it('calls back after a while, unless it is taken back', async () => {
    let calls = 0;
    systemClock.after(1, () => (calls += 10))();
    await new Promise<void>((resolve) => {
      systemClock.after(20, resolve);
      // The clock's own timers keep no process alive.
      setTimeout(() => (calls += 1), 10);
    });
    expect(calls).to.equal(1);
  });
});
