/** Rewrites the wrapping of a JPEG without what decoders only warn about; its compressed data stays as it is. */
import { nextMarker, standsAlone, unsigned16At } from './jpeg-header.ts';

/**
 * A copy without stray bytes before the first scan, with a known JFIF version and a known Adobe transform.
 *
 * TurboJPEG refuses such headers outright; libjpeg, and with it TensorFlow, reads them as the copy says.
 */
export function withCleanHeader(bytes: Uint8Array, scanOffset: number): Uint8Array {
  // One block for the whole copy: a file of half a million segments must not become half a million arrays.
  const clean = new Uint8Array(bytes.length);
  clean.set(bytes.subarray(0, 2));
  let length = 2;
  let at = 2;
  let marker = nextMarker(bytes, at);
  while (marker !== undefined && marker.offset < scanOffset) {
    at = marker.offset + 2;
    if (!standsAlone(marker.code)) at += Math.max(unsigned16At(bytes, at), 2);
    const segment = bytes.subarray(marker.offset, at);
    clean.set(segment, length);
    cleanSegment(marker.code, clean.subarray(length, length + segment.length));
    length += segment.length;
    marker = nextMarker(bytes, at);
  }
  const rest = bytes.subarray(scanOffset);
  clean.set(rest, length);
  return clean.subarray(0, length + rest.length);
}

/** Offsets from the marker: 2 code, 2 length, then "JFIF\0" and its version or "Adobe" … and the transform. */
function cleanSegment(code: number, segment: Uint8Array): void {
  if (code === 0xe0 && segment.length >= 18 && isUnknownVersion(segment[9])) segment[9] = 1;
  if (code === 0xee && segment.length >= 16 && (segment[15] ?? 0) > 1) segment[15] = 1;
}

function isUnknownVersion(major: number | undefined): boolean {
  return major !== 1 && major !== 2;
}
