/** What two stations on the way add. */
import { expect } from 'chai';
import { addedBy } from '../../../../benchmarks/measurement/added.ts';

describe('what a station adds', () => {
  it('is counted above the direct way, round by round', () => {
    expect(addedBy({ ours: [4, 15, 6], theirs: [2, 11, 3], direct: [1, 10, 1] })).to.deep.equal({
      ours: 5,
      theirs: 1,
      ratio: 5,
    });
  });

  it('survives a round in which the other one added nothing', () => {
    expect(addedBy({ ours: [3, 3, 3], theirs: [2, 1, 2], direct: [1, 1, 1] }).ratio).to.equal(2);
  });

  it('is no ratio when the other one was faster than the direct way', () => {
    expect(addedBy({ ours: [3], theirs: [1], direct: [2] }).ratio).to.be.NaN;
  });
});
