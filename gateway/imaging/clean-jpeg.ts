/** Rewrites the wrapping of a JPEG without what decoders only warn about; its compressed data stays as it is. */
import { nextMarker, standsAlone, unsigned16At } from './jpeg-header.ts';

/**
 * A copy without stray bytes before the first scan, with a known JFIF version and a known Adobe transform.
 *
 * TurboJPEG refuses such headers outright; libjpeg, and with it TensorFlow, reads them as the copy says.
 */
export function withCleanHeader(bytes: Uint8Array, scanOffset: number): Uint8Array {
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  let marker = nextMarker(bytes, at);
  while (marker !== undefined && marker.offset < scanOffset) {
    at = marker.offset + 2;
    if (!standsAlone(marker.code)) at += Math.max(unsigned16At(bytes, at), 2);
    parts.push(cleanSegment(marker.code, bytes.subarray(marker.offset, at)));
    marker = nextMarker(bytes, at);
  }
  return Buffer.concat([...parts, bytes.subarray(scanOffset)]);
}

function cleanSegment(code: number, segment: Uint8Array): Uint8Array {
  const clean = Uint8Array.from(segment);
  // Offsets from the marker: 2 code, 2 length, then "JFIF\0" and its version or "Adobe" … and the transform.
  if (code === 0xe0 && clean.length >= 18 && isUnknownVersion(clean[9])) clean[9] = 1;
  if (code === 0xee && clean.length >= 16 && (clean[15] ?? 0) > 1) clean[15] = 1;
  return clean;
}

function isUnknownVersion(major: number | undefined): boolean {
  return major !== 1 && major !== 2;
}
