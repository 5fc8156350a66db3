/** A fair sample that is the same in every run. */
import { expect } from 'chai';
import { Reservoir } from '../../../../../gateway/cli/report/reservoir.ts';

function sampleOf(stream: number, size: number, seed: number): readonly number[] {
  const reservoir = new Reservoir<number>(size, seed);
  for (let item = 0; item < stream; item += 1) reservoir.add(item);
  return reservoir.items;
}

describe('Reservoir', () => {
  it('keeps everything of a short stream, in order', () => {
    expect(sampleOf(3, 5, 1)).to.deep.equal([0, 1, 2]);
    expect(sampleOf(0, 5, 1)).to.deep.equal([]);
  });

  it('draws the same again with the same seed, and something else with another', () => {
    expect(sampleOf(1000, 10, 1)).to.deep.equal(sampleOf(1000, 10, 1));
    expect(sampleOf(1000, 10, 1)).not.to.deep.equal(sampleOf(1000, 10, 2));
  });

  it('holds different items in the order of the stream', () => {
    const sample = sampleOf(10_000, 36, 1);
    expect(new Set(sample).size).to.equal(36);
    expect(sample).to.deep.equal([...sample].sort((left, right) => left - right));
  });

  it('gives every place of the stream the same chance', () => {
    const drawn = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 2000; seed += 1) {
      for (const item of sampleOf(20, 5, seed)) drawn[item] = (drawn[item] ?? 0) + 1;
    }
    // 2000 draws with a chance of a quarter: 500, with a deviation of 19; six deviations are never reached by luck.
    for (const count of drawn) expect(count).to.be.within(384, 616);
  });
});
