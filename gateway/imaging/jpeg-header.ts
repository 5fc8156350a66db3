/** What the markers of a JPEG say before its first scan: size, components, colour model, sampling. */
import { holdsText } from './holds-text.ts';

export type JpegColourModel = 'grey' | 'ycbcr' | 'rgb' | 'cmyk' | 'ycck';

export interface JpegComponent {
  readonly identifier: number;
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
}

export interface JpegHeader {
  /** Pixels; 0 when the file leaves it open. */
  readonly width: number;
  /** Pixels; 0 when the file leaves it open. */
  readonly height: number;
  /** Bits of one sample; 8 in all but medical and scientific files. */
  readonly precision: number;
  readonly components: readonly JpegComponent[];
  readonly isProgressive: boolean;
  readonly hasAdobeMarker: boolean;
  /** How libjpeg reads the components, from the JFIF and Adobe markers and the component identifiers. */
  readonly colourModel: JpegColourModel;
  /** `4:2:0` and its like; `other` for factors that have no such name. */
  readonly subsampling: string;
  /** Stray bytes between segments or an unknown JFIF or Adobe version, which libjpeg only warns about. */
  readonly hasOddities: boolean;
  /** Offset of the first scan's marker; undefined when the file ends before it. */
  readonly scanOffset: number | undefined;
  /** Whether more scans must follow the first: progressive files, and those that store components one by one. */
  readonly hasSeveralScans: boolean;
}

interface Frame {
  readonly isProgressive: boolean;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const subsamplings: Readonly<Record<string, string>> = {
  '1,1': '4:4:4',
  '2,1': '4:2:2',
  '2,2': '4:2:0',
  '1,2': '4:4:0',
  '4,1': '4:1:1',
  '4,2': '4:1:0',
  '1,4': '4:4:1',
};

/** A photograph of 20 MB whose preview fills segments of 64 kB has 320 of them. */
const mostHeaderMarkers = 5000;
/** A header has none; a damaged one may have a few before its next segment. */
const mostStuffedBytes = 5000;

/**
 * Walks the markers exactly as libjpeg does, so that both agree on the size before anything is allocated.
 *
 * Never throws, reads no byte twice, and allocates nothing that grows with the input. It runs on the HTTP thread, so a
 * header of more segments than any camera writes, or of stuffed bytes without end, is given up: 20 MB of them would
 * hold every other request for a second.
 *
 * @returns undefined when the bytes do not start as a JPEG, hold no frame header, or are given up.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  if (byteAt(bytes, 0) !== 0xff || byteAt(bytes, 1) !== startOfImage) return undefined;
  let at = 2;
  let frame: Frame | undefined;
  let sawJfif = false;
  let hasOddities = false;
  let adobeTransform: number | undefined;
  let scanOffset: number | undefined;
  for (let markers = 0; ; markers += 1) {
    if (markers > mostHeaderMarkers) return undefined;
    const marker = nextMarker(bytes, at, mostStuffedBytes);
    if (marker === undefined || marker.code === endOfImage) break;
    if (marker.code === startOfScan) {
      scanOffset = marker.offset;
      break;
    }
    hasOddities ||= marker.isAfterStrayBytes;
    at = marker.offset + 2;
    if (standsAlone(marker.code)) continue;
    const start = at + 2;
    at += Math.max(unsigned16At(bytes, at), 2);
    const end = Math.min(at, bytes.length);
    if (isFrameMarker(marker.code)) {
      frame ??= parseFrame(marker.code, bytes.subarray(start, end));
    } else if (marker.code === 0xe0 && end - start >= 14 && holdsText(bytes, start, 'JFIF\0')) {
      sawJfif = true;
      hasOddities ||= bytes[start + 5] !== 1 && bytes[start + 5] !== 2;
    } else if (marker.code === 0xee && end - start >= 12 && holdsText(bytes, start, 'Adobe')) {
      adobeTransform = byteAt(bytes, start + 11);
    }
  }
  if (frame === undefined) return undefined;
  const { components, isProgressive } = frame;
  // Field by field: to spread the frame takes longer than to walk the markers.
  return {
    width: frame.width,
    height: frame.height,
    precision: frame.precision,
    components,
    isProgressive,
    hasAdobeMarker: adobeTransform !== undefined,
    colourModel: colourModelOf(components, sawJfif, adobeTransform),
    subsampling: subsamplingOf(components),
    hasOddities: hasOddities || (components.length === 3 && (adobeTransform ?? 0) > 1),
    scanOffset,
    hasSeveralScans:
      isProgressive || (scanOffset !== undefined && byteAt(bytes, scanOffset + 4) < components.length),
  };
}

/** The next marker at or after an offset, skipping stray and fill bytes; its offset is that of its last 0xFF. */
export function nextMarker(
  bytes: Uint8Array,
  from: number,
  mostStuffed = Infinity,
): { readonly code: number; readonly offset: number; readonly isAfterStrayBytes: boolean } | undefined {
  const next = byteAt(bytes, from + 1);
  // So stand the markers of a sound header, and looking further costs more than everything else here.
  if (byteAt(bytes, from) === 0xff && next !== 0 && next !== 0xff) {
    return { code: next, offset: from, isAfterStrayBytes: false };
  }
  let at = from;
  let isAfterStrayBytes = false;
  for (let stuffed = 0; stuffed <= mostStuffed; stuffed += 1) {
    const found = bytes.indexOf(0xff, at);
    if (found < 0) return undefined;
    isAfterStrayBytes ||= found > at;
    at = found;
    while (byteAt(bytes, at) === 0xff) at += 1;
    if (at >= bytes.length) return undefined;
    const code = byteAt(bytes, at);
    if (code !== 0) return { code, offset: at - 1, isAfterStrayBytes };
    // 0xFF 0x00 is a stuffed data byte, no marker.
    isAfterStrayBytes = true;
    at += 1;
  }
  return undefined;
}

/** Big-endian 16 bits; bytes beyond the end count as 0. */
export function unsigned16At(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
}

/** Markers without a length: TEM, the restart markers and a second start of image. */
export function standsAlone(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= startOfImage);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** 0xC0–0xCF but the Huffman tables (C4), the reserved JPG (C8) and the arithmetic conditioning (CC). */
function isFrameMarker(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function parseFrame(code: number, payload: Uint8Array): Frame | undefined {
  const count = byteAt(payload, 5);
  if (payload.length < 6 + 3 * count || count === 0) return undefined;
  const components: JpegComponent[] = [];
  for (let at = 6; components.length < count; at += 3) {
    const factors = byteAt(payload, at + 1);
    components.push({
      identifier: byteAt(payload, at),
      horizontalSampling: factors >> 4,
      verticalSampling: factors & 15,
    });
  }
  return {
    isProgressive: code === 0xc2 || code === 0xca,
    precision: byteAt(payload, 0),
    height: unsigned16At(payload, 1),
    width: unsigned16At(payload, 3),
    components,
  };
}

function colourModelOf(
  components: readonly JpegComponent[],
  sawJfif: boolean,
  adobeTransform: number | undefined,
): JpegColourModel {
  if (components.length < 3) return 'grey';
  if (components.length > 3) return adobeTransform === undefined || adobeTransform === 0 ? 'cmyk' : 'ycck';
  if (sawJfif) return 'ycbcr';
  if (adobeTransform !== undefined) return adobeTransform === 0 ? 'rgb' : 'ycbcr';
  const isNamedRgb = components.every(({ identifier }, index) => identifier === 'RGB'.charCodeAt(index));
  return isNamedRgb ? 'rgb' : 'ycbcr';
}

function subsamplingOf(components: readonly JpegComponent[]): string {
  const [first, ...others] = components;
  const second = others[0];
  if (first === undefined || second === undefined) return '4:0:0';
  const isUniform = others.every(
    (component) =>
      component.horizontalSampling === second.horizontalSampling &&
      component.verticalSampling === second.verticalSampling,
  );
  const across = first.horizontalSampling / second.horizontalSampling;
  const down = first.verticalSampling / second.verticalSampling;
  return (isUniform ? subsamplings[`${across},${down}`] : undefined) ?? 'other';
}
