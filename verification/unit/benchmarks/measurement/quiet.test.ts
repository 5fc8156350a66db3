/** Waiting for a quiet machine and repeating disturbed measurements. */
import { expect } from 'chai';
import { quietly } from '../../../../benchmarks/measurement/quiet.ts';

/** A machine on which each watch sees the next of the given shares, and the last one for ever. */
function machine(shares: readonly (number | undefined)[]) {
  let time = 0;
  let watched = 0;
  const disturbances: number[] = [];
  return {
    disturbances,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    options: (patience: number) => ({
      watch: async () => {
        const share = shares[Math.min(watched, shares.length - 1)];
        watched += 1;
        return async () => share;
      },
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
      now: () => time,
      onDisturbed: (share: number) => disturbances.push(share),
      patience: { milliseconds: patience },
    }),
  };
}

describe('quietly', () => {
  it('measures once on a quiet machine', async () => {
    const { options, disturbances } = machine([0.01]);
    let measured = 0;
    const outcome = await quietly(async () => (measured += 1), options(10_000));
    expect(outcome).to.deep.equal({ result: 1, foreignShare: 0.01 });
    expect(disturbances).to.deep.equal([]);
  });

  it('waits before it measures while others are busy', async () => {
    const { options, disturbances } = machine([0.9, 0.5, 0, 0]);
    let measured = 0;
    const outcome = await quietly(async () => (measured += 1), options(10_000));
    expect(outcome.result).to.equal(1);
    expect(disturbances).to.deep.equal([0.9, 0.5]);
  });

  it('repeats a measurement that was disturbed', async () => {
    const { options } = machine([0, 0.6, 0, 0.02]);
    let measured = 0;
    const outcome = await quietly(async () => (measured += 1), options(10_000));
    expect(outcome).to.deep.equal({ result: 2, foreignShare: 0.02 });
  });

  it('keeps the least disturbed measurement when patience ends', async () => {
    const busy = machine([0, 0.6, 0, 0.3, 0, 0]);
    let measured = 0;
    const measure = async (): Promise<number> => {
      busy.pass(1000);
      return (measured += 1);
    };
    const outcome = await quietly(measure, busy.options(1500));
    expect(outcome).to.deep.equal({ result: 2, foreignShare: 0.3 });
    expect(measured).to.equal(2);
  });

  it('measures even when patience has ended before', async () => {
    const { options } = machine([0.7]);
    expect(await quietly(async () => 'measured', options(0))).to.deep.equal({
      result: 'measured',
      foreignShare: 0.7,
    });
  });

  it('believes the first measurement where nobody can tell', async () => {
    const { options } = machine([undefined]);
    const outcome = await quietly(async () => 'measured', options(1000));
    expect(outcome).to.deep.equal({ result: 'measured', foreignShare: undefined });
  });
});
