/** Decodes a JPEG with libjpeg-turbo's fast integer transform: TensorFlow's default, byte for byte. */
import jpegTurbo from '@julusian/jpeg-turbo';
import { withCleanHeader } from './clean-jpeg.ts';
import type { DecodeOptions } from './decoded-image.ts';
import { readJpegHeader, type JpegHeader } from './jpeg-header.ts';
import { walkJpegScans } from './jpeg-scans.ts';
import { brokenImage } from './unreadable-image.ts';

/** No fewer than the scans of any file that reached a decoder. */
const scansWalked = 1000;
/** More than a sound file can spare, fewer than the stray bytes at which libjpeg starts to warn. */
const bytesCut = 4;

/**
 * Pixels of a grey, YCbCr or RGB JPEG. Runs on the calling thread: 1.2 ms for 500 × 375.
 *
 * libjpeg warns about damage and goes on, and TensorFlow lets every warning pass. Here a warning about the wrapping
 * (stray bytes between segments or before the end marker, an unknown JFIF or Adobe version) passes as there, and a
 * warning about the compressed data (bad code, data missing, restart marker lost) refuses the picture.
 *
 * @throws ServingError `unsupported-image` when the file is truncated or corrupt.
 */
export function decodeFastJpeg(bytes: Uint8Array, header: JpegHeader, options: DecodeOptions): Uint8Array {
  const size = header.width * header.height * options.channels;
  const pixels = outputBuffer(size, options.buffers ?? []);
  const format = options.channels === 1 ? jpegTurbo.FORMAT_GRAY : jpegTurbo.FORMAT_RGB;
  const { scanOffset, hasOddities } = header;
  const clean = hasOddities && scanOffset !== undefined ? withCleanHeader(bytes, scanOffset) : bytes;
  const failure = attempt(clean, pixels, format);
  if (failure !== undefined) {
    const probe = withoutLastData(clean);
    if (probe === undefined || !repeats(probe, pixels, format)) throw brokenImage('jpeg', failure);
  }
  return new Uint8Array(pixels.buffer, pixels.byteOffset, size);
}

function outputBuffer(size: number, offered: readonly Uint8Array[]): Buffer {
  const fitting = offered.find(({ length }) => length >= size);
  return fitting === undefined
    ? Buffer.allocUnsafeSlow(size)
    : Buffer.from(fitting.buffer, fitting.byteOffset, size);
}

/** The decoder's complaint, or undefined; it complains about warnings only after the last row is written. */
function attempt(bytes: Uint8Array, pixels: Buffer, format: number): Error | undefined {
  try {
    jpegTurbo.decompressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), pixels, { format });
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/**
 * The same file without the last bytes before its end marker; undefined when there is no end or nothing to spare.
 *
 * The binding gives every complaint the same words ("No error"). When these bytes can go without changing a pixel
 * they were stray, and the complaint was about them; in a file that is too short or damaged earlier they carry data.
 */
function withoutLastData(bytes: Uint8Array): Uint8Array | undefined {
  const scanOffset = readJpegHeader(bytes)?.scanOffset;
  if (scanOffset === undefined) return undefined;
  const { endOffset, lastDataOffset } = walkJpegScans(bytes, scanOffset, scansWalked);
  if (endOffset === undefined || endOffset - bytesCut <= lastDataOffset) return undefined;
  return Buffer.concat([bytes.subarray(0, endOffset - bytesCut), bytes.subarray(endOffset, endOffset + 2)]);
}

/** Decodes again over the complement of the first result, so that a row left unwritten by either shows. */
function repeats(probe: Uint8Array, pixels: Buffer, format: number): boolean {
  const complement = pixels.map((value) => 255 - value);
  const again = Buffer.from(complement.buffer, complement.byteOffset, complement.length);
  attempt(probe, again, format);
  return pixels.equals(again);
}
