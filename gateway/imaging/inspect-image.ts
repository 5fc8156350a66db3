/** Tells a picture's format and size from its first bytes, whatever its name or claimed type. */
import type { ImageFacts, ImageFormat } from '../domain/image.ts';
import { holdsText } from './holds-text.ts';
import { readJpegHeader } from './jpeg-header.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Format and size of an encoded picture. Nothing is decoded, nothing throws.
 *
 * A JPEG whose frame header is missing or broken is still a `jpeg`, without a size.
 */
export function inspectImage(bytes: Uint8Array): ImageFacts {
  const format = formatOf(bytes);
  const size = sizeOf(bytes, format);
  return { format, width: size?.width, height: size?.height };
}

function formatOf(bytes: Uint8Array): ImageFormat {
  // The third byte is part of TensorFlow's own test, so that both call the same files a JPEG.
  if (holdsText(bytes, 0, '\xff\xd8\xff')) return 'jpeg';
  if (holdsText(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (holdsText(bytes, 0, 'RIFF') && holdsText(bytes, 8, 'WEBP')) return 'webp';
  if (holdsText(bytes, 0, 'GIF87a') || holdsText(bytes, 0, 'GIF89a')) return 'gif';
  if (holdsText(bytes, 0, 'BM')) return 'bmp';
  if (holdsText(bytes, 0, 'II*\0') || holdsText(bytes, 0, 'MM\0*')) return 'tiff';
  return 'unknown';
}

function sizeOf(bytes: Uint8Array, format: ImageFormat): Size | undefined {
  switch (format) {
    case 'jpeg':
      return readJpegHeader(bytes);
    case 'png':
      return pngSize(bytes);
    case 'webp':
      return webpSize(bytes);
    case 'gif':
      return bytes.length < 10
        ? undefined
        : { width: littleEndian(bytes, 6, 2), height: littleEndian(bytes, 8, 2) };
    case 'bmp':
    case 'tiff':
    case 'unknown':
      return undefined;
  }
}

function pngSize(bytes: Uint8Array): Size | undefined {
  if (bytes.length < 24 || !holdsText(bytes, 12, 'IHDR')) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The three kinds of first chunk: lossy (VP8), lossless (VP8L) and extended (VP8X). */
function webpSize(bytes: Uint8Array): Size | undefined {
  if (bytes.length < 30) return undefined;
  if (holdsText(bytes, 12, 'VP8 ')) {
    return { width: littleEndian(bytes, 26, 2) & 0x3fff, height: littleEndian(bytes, 28, 2) & 0x3fff };
  }
  if (holdsText(bytes, 12, 'VP8L')) {
    const packed = littleEndian(bytes, 21, 4);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (holdsText(bytes, 12, 'VP8X')) {
    return { width: littleEndian(bytes, 24, 3) + 1, height: littleEndian(bytes, 27, 3) + 1 };
  }
  return undefined;
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index -= 1) value = (value << 8) | (bytes[at + index] ?? 0);
  return value;
}
