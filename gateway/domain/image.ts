/** What the domain knows of a picture before it is decoded. */

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'tiff' | 'unknown';

/** What the first bytes of a picture say; a size the header does not give is undefined. */
export interface ImageFacts {
  readonly format: ImageFormat;
  /** Pixels. */
  readonly width: number | undefined;
  /** Pixels. */
  readonly height: number | undefined;
}

/** A picture as it was sent: encoded bytes and, where the client gave one, its name. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly name?: string;
  /** Whether nobody needs the bytes, nor others of the same buffer, once they have been sent to a model. */
  readonly isDisposable?: boolean;
}
