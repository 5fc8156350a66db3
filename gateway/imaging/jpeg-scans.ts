/** Where the compressed data of a JPEG begins and ends, found by its markers without decoding any of it. */
import { nextMarker, standsAlone, unsigned16At } from './jpeg-header.ts';

export interface JpegScans {
  /** Number of scans found; counting stops one beyond the limit. */
  readonly count: number;
  /** Offset of the compressed data of the last scan. */
  readonly lastDataOffset: number;
  /** Offset of the end marker; undefined when the file ends without one. */
  readonly endOffset: number | undefined;
}

/** Walks from the first scan's marker to the end marker; stops early beyond `maxScans` scans. */
export function walkJpegScans(bytes: Uint8Array, scanOffset: number, maxScans: number): JpegScans {
  let at = scanOffset;
  let count = 0;
  let lastDataOffset = scanOffset;
  while (count <= maxScans) {
    const marker = nextMarker(bytes, at);
    if (marker === undefined) break;
    if (marker.code === 0xd9) return { count, lastDataOffset, endOffset: marker.offset };
    at = marker.offset + 2;
    if (standsAlone(marker.code)) continue;
    at += Math.max(unsigned16At(bytes, at), 2);
    if (marker.code === 0xda) {
      count += 1;
      lastDataOffset = at;
    }
  }
  return { count, lastDataOffset, endOffset: undefined };
}
