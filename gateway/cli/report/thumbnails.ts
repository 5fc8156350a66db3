/** Reads pictures once more and makes the small copies of them that the report carries inside itself. */
import { readFile } from 'node:fs/promises';
import { makeThumbnail } from '../../imaging/make-thumbnail.ts';
import { inOrder } from '../in-order.ts';

/** `data:` addresses by file; undefined for a file that is gone or cannot be drawn. */
export type Thumbnails = ReadonlyMap<string, string | undefined>;

export interface ThumbnailsOptions {
  readonly files: readonly string[];
  readonly maxPixels: number;
  readonly signal: AbortSignal;
}

/** Longest side in pixels. */
const side = 160;
/** Decoded pictures may be large, so few are open at a time. */
const width = 2;

export async function makeThumbnails({ files, maxPixels, signal }: ThumbnailsOptions): Promise<Thumbnails> {
  const thumbnails = new Map<string, string | undefined>();
  await inOrder({
    items: [...new Set(files)],
    width,
    work: async (file) => {
      const address = await readFile(file)
        .then((bytes) => makeThumbnail(bytes, { side, maxPixels }))
        // A report without one of its pictures is better than none.
        .then(dataAddress, () => undefined);
      return { file, address };
    },
    done: ({ file, address }) => {
      thumbnails.set(file, address);
    },
    signal,
  });
  return thumbnails;
}

function dataAddress(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
}
