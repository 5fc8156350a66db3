/** Relabels a YCbCr JPEG as RGB, so that a decoder that always converts delivers Y, Cb and Cr as they are. */
import { nextMarker, standsAlone, unsigned16At } from './jpeg-header.ts';

/** An Adobe segment whose transform byte is 0: three components are RGB. */
const adobeRgbSegment = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0]);

/** A copy of a JPEG in which no JFIF or Adobe marker but the inserted one says how to read the colours. */
export function withoutColourConversion(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.concat([bytes.subarray(0, 2), adobeRgbSegment, bytes.subarray(2)]);
  let marker = nextMarker(copy, 2 + adobeRgbSegment.length);
  while (marker !== undefined && marker.code !== 0xda && marker.code !== 0xd9) {
    const length = standsAlone(marker.code) ? 0 : unsigned16At(copy, marker.offset + 2);
    // APP0 and APP14 become APP15, which libjpeg skips.
    if (marker.code === 0xe0 || marker.code === 0xee) copy[marker.offset + 1] = 0xef;
    marker = nextMarker(copy, marker.offset + 2 + length);
  }
  return copy;
}
