/** Sides measured in turns. */
import { expect } from 'chai';
import {
  fastest,
  interleave,
  medianExtra,
  type RunResult,
  type Side,
} from '../../../../benchmarks/measurement/interleave.ts';

interface Call {
  readonly side: string;
  readonly count: number;
}

function sideOf(name: string, secondsPerItem: number, calls: Call[]): Side {
  return {
    name,
    run: async (count): Promise<RunResult> => {
      calls.push({ side: name, count });
      return {
        seconds: count * secondsPerItem,
        medianMilliseconds: secondsPerItem * 1000,
        extra: { calls: calls.length },
      };
    },
  };
}

const rounds = { rounds: 3, secondsPerRound: 2, concurrency: 1, onRound: () => undefined };
const once = <Result>(measure: () => Promise<Result>): Promise<Result> => measure();

describe('interleave', () => {
  it('warms every side up, then turns the order round from round to round', async () => {
    const calls: Call[] = [];
    await interleave([sideOf('a', 0.1, calls), sideOf('b', 0.2, calls)], { ...rounds, around: once });
    expect(calls.map(({ side }) => side).join('')).to.equal('ab' + 'ab' + 'ba' + 'ab');
  });

  it('gives every side the same items, as many as fill a round of the first one', async () => {
    const calls: Call[] = [];
    await interleave([sideOf('a', 0.1, calls), sideOf('b', 0.2, calls)], { ...rounds, around: once });
    expect(new Set(calls.slice(2).map(({ count }) => count))).to.deep.equal(new Set([20]));
  });

  it('never gives fewer items than keep all slots busy several times over', async () => {
    const calls: Call[] = [];
    const options = { ...rounds, concurrency: 8, secondsPerRound: 0.001, around: once };
    await interleave([sideOf('a', 0.1, calls)], options);
    expect(calls.every(({ count }) => count === 32)).to.equal(true);
  });

  it('warms up for as long as it is told', async () => {
    const calls: Call[] = [];
    const options = { ...rounds, warmUpItems: 500, around: once };
    await interleave([sideOf('a', 0.1, calls), sideOf('b', 0.1, calls)], options);
    expect(calls.map(({ count }) => count).slice(0, 3)).to.deep.equal([500, 500, 20]);
  });

  it('tells items a second and what each side says besides', async () => {
    const calls: Call[] = [];
    const sides = [sideOf('slow', 0.5, calls), sideOf('quick', 0.25, calls)];
    const measured = await interleave(sides, { ...rounds, around: once });
    expect(measured.map(({ rates }) => rates)).to.deep.equal([
      [2, 2, 2],
      [4, 4, 4],
    ]);
    expect(fastest(measured).name).to.equal('quick');
    expect(measured.map((side) => medianExtra(side, 'calls'))).to.deep.equal([6, 5]);
  });

  it('takes the last repetition of a round that was repeated', async () => {
    const calls: Call[] = [];
    const twice = async <Result>(measure: () => Promise<Result>): Promise<Result> => {
      await measure();
      return measure();
    };
    const [side] = await interleave([sideOf('a', 0.1, calls)], { ...rounds, around: twice });
    expect(calls).to.have.lengthOf(1 + 2 * rounds.rounds);
    expect(side?.runs.map(({ extra }) => extra['calls'])).to.deep.equal([3, 5, 7]);
  });
});
