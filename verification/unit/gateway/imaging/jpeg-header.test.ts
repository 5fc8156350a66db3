/** What the marker walk tells of a JPEG's components, colours and sampling. */
import { expect } from 'chai';
import { readJpegHeader } from '../../../../gateway/imaging/jpeg-header.ts';
import { testPicture } from '../../../support/test-picture.ts';

describe('readJpegHeader', () => {
  const pictures = [
    ['baseline-420.jpg', 'ycbcr', '4:2:0', false],
    ['baseline-422.jpg', 'ycbcr', '4:2:2', false],
    ['baseline-444.jpg', 'ycbcr', '4:4:4', false],
    ['sampling-440.jpg', 'ycbcr', '4:4:0', false],
    ['sampling-411.jpg', 'ycbcr', '4:1:1', false],
    ['sampling-441.jpg', 'ycbcr', '4:4:1', false],
    ['sampling-uncommon.jpg', 'ycbcr', '4:4:4', false],
    ['sampling-rare.jpg', 'ycbcr', 'other', false],
    ['progressive.jpg', 'ycbcr', '4:2:0', true],
    ['greyscale.jpg', 'grey', '4:0:0', false],
    ['progressive-greyscale.jpg', 'grey', '4:0:0', true],
    ['adobe-rgb.jpg', 'rgb', '4:4:4', false],
    ['cmyk-adobe.jpg', 'cmyk', '4:4:4', false],
    ['cmyk-plain.jpg', 'cmyk', '4:4:4', false],
    ['ycck-adobe.jpg', 'ycck', '4:4:4', false],
  ] as const;
  for (const [name, colourModel, subsampling, isProgressive] of pictures) {
    it(`tells ${colourModel} ${subsampling}${isProgressive ? ' progressive' : ''} from ${name}`, () => {
      const header = readJpegHeader(testPicture(name));
      expect(header).to.include({
        colourModel,
        subsampling,
        isProgressive,
        precision: 8,
        hasOddities: false,
      });
      expect(header?.hasSeveralScans).to.equal(isProgressive);
    });
  }

  it('tells whether there is an Adobe marker', () => {
    expect(readJpegHeader(testPicture('cmyk-adobe.jpg'))?.hasAdobeMarker).to.equal(true);
    expect(readJpegHeader(testPicture('cmyk-plain.jpg'))?.hasAdobeMarker).to.equal(false);
  });

  it('does not take the thumbnail inside an EXIF segment for the picture', () => {
    expect(readJpegHeader(testPicture('thumbnail-in-exif.jpg'))).to.include({ width: 67, height: 45 });
  });

  it('notices stray bytes and an unknown JFIF version', () => {
    expect(readJpegHeader(testPicture('stray-between-segments.jpg'))?.hasOddities).to.equal(true);
    expect(readJpegHeader(testPicture('jfif-version-7.jpg'))?.hasOddities).to.equal(true);
    expect(readJpegHeader(testPicture('fill-bytes.jpg'))?.hasOddities).to.equal(false);
  });

  it('has no scan when the file ends before it, and no header without a frame', () => {
    expect(readJpegHeader(testPicture('header-only.jpg'))?.scanOffset).to.equal(undefined);
    expect(readJpegHeader(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).to.equal(undefined);
    expect(readJpegHeader(testPicture('colour.png'))).to.equal(undefined);
  });
});
