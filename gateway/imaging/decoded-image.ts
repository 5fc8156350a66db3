/** What goes into a decoder and what comes out of it. */

/** The exact decoder a model asks for; equal in structure to the compiler's `DecoderRequest`. */
export interface PixelRequest {
  /** The inverse cosine transform: libjpeg's fast integer one (TensorFlow's default) or its accurate one. */
  readonly dct: 'fast' | 'accurate';
  /** 3 (RGB) or 1 (luma). */
  readonly channels: 1 | 3;
}

export interface DecodeOptions extends PixelRequest {
  /** Pictures with more pixels are refused before anything is allocated for them. */
  readonly maxPixels: number;
  /**
   * Memory to decode into, the first that is large enough; the result may be a view of it, good until the next call.
   * Saves the operating system's zeroing of fresh pages: 47 instead of 63 ms at 12 megapixels, 1.14 instead of
   * 1.3 ms at 500 × 375.
   */
  readonly buffers?: readonly Uint8Array[];
}

export interface DecodedImage {
  /** Rows from the top, `channels` bytes a pixel, no padding. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}
