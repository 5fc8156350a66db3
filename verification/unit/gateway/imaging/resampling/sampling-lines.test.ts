/** Where samples lie, counted by hand. */
import { expect } from 'chai';
import { samplingLines } from '../../../../../gateway/imaging/resampling/sampling-lines.ts';

const plainly = (...[sampling, isHalfPixel]: Parameters<typeof samplingLines>) => {
  const { lower, share } = samplingLines(sampling, isHalfPixel);
  return { lower: [...lower], share: [...share] };
};

describe('samplingLines', () => {
  it('begins at the first pixel and has nothing to mix in at the last', () => {
    expect(plainly({ start: 0, size: 2, first: 0, count: 4, scale: 0.5 }, false)).to.deep.equal({
      lower: [0, 0, 1, 1],
      share: [0, 0.5, 0, 0],
    });
  });

  it('takes the middles of the pixels, and the outermost one beyond the edges', () => {
    expect(plainly({ start: 0, size: 2, first: 0, count: 4, scale: 0.5 }, true)).to.deep.equal({
      lower: [0, 0, 0, 1],
      share: [0, 0.25, 0.75, 0],
    });
  });

  it('counts from the edge of the picture within a part of it, and from the first sample that is wanted', () => {
    expect(plainly({ start: 10, size: 8, first: 2, count: 2, scale: 1.25 }, false)).to.deep.equal({
      lower: [12, 13],
      share: [0.5, 0.75],
    });
  });
});
