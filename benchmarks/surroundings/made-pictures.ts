/** JPEG files of one size in bytes, made here: for scenarios that are about the bytes and not about what they show. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { noise } from '../graphs/noise.ts';

const shape = { width: 480, height: 360, channels: 3 } as const;
const pictureCount = 16;
const [bestQuality, qualityStep] = [95, 5];

/** Marker and length of a comment, which holds as much more as two bytes can count. */
const commentHeadBytes = 4;
const longestComment = 65_533;

/** @returns absolute paths; every file has exactly that many bytes and decodes */
export async function madePictures(folder: string, bytes: number): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const samples = shape.width * shape.height * shape.channels;
  const grain = noise(samples * pictureCount, 48);
  return Promise.all(
    Array.from({ length: pictureCount }, async (_, index) => {
      const pixels = Uint8Array.from(grain.subarray(index * samples, (index + 1) * samples), (value) =>
        Math.round(128 + value),
      );
      const file = path.join(folder, `picture-${index}.jpg`);
      await writeFile(file, padded(await encoded(pixels, bytes), bytes));
      return file;
    }),
  );
}

/** As good as fits, with room for a comment. */
async function encoded(pixels: Uint8Array, bytes: number): Promise<Buffer> {
  for (let quality = bestQuality; quality > 0; quality -= qualityStep) {
    const picture = await sharp(pixels, { raw: shape }).jpeg({ quality }).toBuffer();
    if (picture.length + commentHeadBytes <= bytes) return picture;
  }
  throw new Error(`a picture of ${bytes} bytes is too small to be made here`);
}

/** Fills up with comments after the marker that begins a JPEG. */
export function padded(picture: Buffer, bytes: number): Buffer {
  const comments: Buffer[] = [];
  let missing = bytes - picture.length;
  while (missing > 0) {
    const isLast = missing <= commentHeadBytes + longestComment;
    // What is left must have room for the head of the next one.
    const length = isLast ? missing - commentHeadBytes : longestComment - commentHeadBytes;
    if (length < 0) throw new Error('there is no room for a comment');
    const comment = Buffer.alloc(commentHeadBytes + length, ' ');
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(2 + length, 2);
    comments.push(comment);
    missing -= comment.length;
  }
  return Buffer.concat([picture.subarray(0, 2), ...comments, picture.subarray(2)]);
}
