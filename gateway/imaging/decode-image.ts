/** Decodes a picture to the very pixels TensorFlow's `DecodeJpeg` gives for it. */
import type { ImageFormat } from '../domain/image.ts';
import type { DecodedImage, DecodeOptions } from './decoded-image.ts';
import { decodeFastJpeg } from './fast-jpeg.ts';
import { inspectImage } from './inspect-image.ts';
import { readJpegHeader, type JpegHeader } from './jpeg-header.ts';
import { walkJpegScans } from './jpeg-scans.ts';
import { firstChannel, greyAsTensorFlowPng, lumaAsJpeg, rgbFromInks } from './pixel-conversions.ts';
import { readRawPixels, type RawPixels } from './sharp-pixels.ts';
import { withoutColourConversion } from './unconverted-jpeg.ts';
import { brokenImage, refused, tooElongated, tooManyPixels } from './unreadable-image.ts';

/** Encoders write 1 to 12; each scan costs a pass over all coefficients, so a file of thousands could hang a worker. */
const maxScans = 100;
/** The same in time: a picture of 50 megapixels may have 20 scans, which take two seconds. */
const maxScannedPixels = 1_000_000_000;
/**
 * Models that keep the proportions enlarge the short side to 256 or so, and the long side with it: a picture of
 * 1 × 5000 becomes 1.3 million pixels high and takes 3.7 GB. No photograph or panorama is as long as this.
 */
const maxProportion = 150;
const decodableFormats: ReadonlySet<ImageFormat> = new Set<ImageFormat>(['jpeg', 'png', 'webp', 'gif']);

interface SizedImage {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a JPEG, PNG, WebP or the first frame of a GIF.
 *
 * - A JPEG with the fast transform is decoded at once, on this thread; everything else gives a promise.
 * - EXIF orientation, colour profiles and gamma are ignored, alpha is dropped: as TensorFlow does.
 * - A CMYK or YCCK JPEG always gets the accurate transform, within 7 levels of TensorFlow's fast one
 *   (0.7 on average): only it can deliver inks.
 * - Unlike TensorFlow, a JPEG whose compressed data is damaged is refused; see `decodeFastJpeg`.
 *
 * Never call `terminate()` on a worker thread that may be in here: both native bindings then abort the whole process
 * (node-addon-api's pull request 975). A thread that ends itself, even with decodes under way, is harmless.
 *
 * @throws ServingError `unsupported-image` (another format, truncated, corrupt, unusual), `too-large` (beyond
 * `maxPixels` by its header); the promise rejects with the same.
 */
export function decodeImage(bytes: Uint8Array, options: DecodeOptions): DecodedImage | Promise<DecodedImage> {
  const { format, width = 0, height = 0 } = inspectImage(bytes);
  if (!decodableFormats.has(format)) {
    throw refused('The picture is in a format that cannot be decoded here; send a JPEG.');
  }
  if (width === 0 || height === 0) throw brokenImage(format);
  if (width * height > options.maxPixels) throw tooManyPixels(width, height, options.maxPixels);
  if (Math.max(width, height) > maxProportion * Math.min(width, height)) {
    throw tooElongated(width, height, maxProportion);
  }
  return format === 'jpeg'
    ? decodeJpeg(bytes, options)
    : decodeOther(bytes, { format, width, height }, options);
}

function decodeJpeg(bytes: Uint8Array, options: DecodeOptions): DecodedImage | Promise<DecodedImage> {
  const header = readJpegHeader(bytes);
  if (header?.scanOffset === undefined) throw brokenImage('jpeg');
  if (header.precision !== 8) {
    throw refused(`This JPEG has ${header.precision} bits a sample; send one with 8 bits.`);
  }
  const scans = Math.min(maxScans, Math.floor(maxScannedPixels / (header.width * header.height)));
  if (header.hasSeveralScans && walkJpegScans(bytes, header.scanOffset, scans).count > scans) {
    throw refused(
      `This JPEG has more than ${scans} scans, too many for its size; save it again as a baseline JPEG.`,
    );
  }
  if (header.components.length === 4) return decodeInks(bytes, header, options);
  if (options.dct === 'accurate') return decodeAccurateJpeg(bytes, header, options);
  return decoded(decodeFastJpeg(bytes, header, options), header, options);
}

async function decodeInks(
  bytes: Uint8Array,
  header: JpegHeader,
  options: DecodeOptions,
): Promise<DecodedImage> {
  if (options.channels === 1) {
    throw refused('This model takes greyscale pictures, which a CMYK JPEG does not give; send an RGB JPEG.');
  }
  const { pixels } = await rawPixels(bytes, 'cmyk', { ...header, format: 'jpeg' });
  return decoded(rgbFromInks(pixels, header.hasAdobeMarker), header, options);
}

async function decodeAccurateJpeg(
  bytes: Uint8Array,
  header: JpegHeader,
  options: DecodeOptions,
): Promise<DecodedImage> {
  // sharp lets damage pass that the fast decoder reports; both transforms shall refuse the same files.
  decodeFastJpeg(bytes, header, options);
  const image: SizedImage = { ...header, format: 'jpeg' };
  if (options.channels === 3) return decoded((await rawPixels(bytes, 'srgb', image)).pixels, header, options);
  if (header.colourModel === 'rgb') {
    return decoded(lumaAsJpeg((await rawPixels(bytes, 'srgb', image)).pixels), header, options);
  }
  const planes = header.colourModel === 'ycbcr' ? withoutColourConversion(bytes) : bytes;
  return decoded(firstChannel((await rawPixels(planes, 'srgb', image)).pixels), header, options);
}

async function decodeOther(
  bytes: Uint8Array,
  image: SizedImage,
  options: DecodeOptions,
): Promise<DecodedImage> {
  const { pixels } = await rawPixels(bytes, 'srgb', image);
  return decoded(options.channels === 3 ? pixels : greyAsTensorFlowPng(pixels), image, options);
}

async function rawPixels(bytes: Uint8Array, space: 'srgb' | 'cmyk', image: SizedImage): Promise<RawPixels> {
  const { format, width, height } = image;
  const raw = await readRawPixels(bytes, space, width * height).catch((cause: unknown) => {
    throw brokenImage(format, cause);
  });
  if (raw.width !== width || raw.height !== height) throw brokenImage(format);
  return raw;
}

function decoded(
  pixels: Uint8Array,
  { width, height }: Pick<SizedImage, 'width' | 'height'>,
  { channels }: DecodeOptions,
): DecodedImage {
  return { pixels, width, height, channels };
}
