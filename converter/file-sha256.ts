/** SHA-256 of a file, read as a stream so that the event loop breathes in between. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Lower-case hexadecimal; rejects with the file system's error. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  const content: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 20 });
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
