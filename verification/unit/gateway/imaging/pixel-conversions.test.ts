/** Colours in integers stay within half a level, or one, of the same formulas in real numbers. */
import { expect } from 'chai';
import {
  firstChannel,
  greyAsTensorFlowPng,
  lumaAsJpeg,
  rgbFromInks,
} from '../../../../gateway/imaging/pixel-conversions.ts';

/** Every combination of some levels of three channels, the ends among them. */
const levels = [0, 1, 7, 64, 127, 128, 200, 254, 255];
const rgb = Uint8Array.from(
  levels.flatMap((red) => levels.flatMap((green) => levels.flatMap((blue) => [red, green, blue]))),
);

/** ITU-R BT.601, exactly. */
function exactLuma(index: number): number {
  const [red = 0, green = 0, blue = 0] = rgb.subarray(3 * index, 3 * index + 3);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

const greys = levels.map((level) => Uint8Array.of(level, level, level));

describe('colour in integers', () => {
  it('makes luma as JPEG does: rounded, and a grey stays itself', () => {
    for (const [index, grey] of lumaAsJpeg(rgb).entries())
      expect(Math.abs(grey - exactLuma(index))).to.be.at.most(0.5 + 255 / 2 ** 16);
    for (const grey of greys) expect(lumaAsJpeg(grey)).to.deep.equal(grey.subarray(0, 1));
  });

  it('makes grey as libpng does: rounded down, and a grey stays itself', () => {
    for (const [index, grey] of greyAsTensorFlowPng(rgb).entries())
      expect(exactLuma(index) - grey).to.be.within(-0.01, 1.01);
    for (const grey of greys) expect(greyAsTensorFlowPng(grey)).to.deep.equal(grey.subarray(0, 1));
  });

  it('takes the first of three channels', () => {
    expect(firstChannel(Uint8Array.of(1, 2, 3, 4, 5, 6))).to.deep.equal(Uint8Array.of(1, 4));
  });

  it('turns full ink into black and no ink into white, stored either way', () => {
    // As the decoder gives them: 255 minus the sample. Adobe stores 255 for no ink, everybody else 0.
    const white = { plain: [255, 255, 255, 255], adobe: [0, 0, 0, 0] };
    const black = { plain: [255, 255, 255, 0], adobe: [0, 0, 0, 255] };
    const cyan = { plain: [0, 255, 255, 255], adobe: [255, 0, 0, 0] };
    for (const [name, expected] of [
      ['plain', [255, 255, 255, 0, 0, 0, 0, 255, 255]],
      ['adobe', [255, 255, 255, 0, 0, 0, 0, 255, 255]],
    ] as const) {
      const inks = Uint8Array.from([white, black, cyan].flatMap((colour) => colour[name]));
      expect([...rgbFromInks(inks, name === 'adobe')], name).to.deep.equal(expected);
    }
  });

  it('multiplies an ink with black, rounded down', () => {
    const [ink, black] = [200, 100];
    const exact = ((255 - 55) * black) / 255;
    expect(rgbFromInks(Uint8Array.of(ink, ink, ink, black), false)[0]).to.equal(Math.floor(exact));
  });
});
