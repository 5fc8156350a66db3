/** Size, SHA-256 and git blob id of a file, read once as a stream. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import type { ManifestChecksum } from './manifest.ts';

export interface FileDigest {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** SHA-1 of `blob <size>\0` and the content, as git names a file; lower-case hexadecimal. */
  readonly gitBlob: string;
}

/**
 * Digests a file without holding it in memory.
 *
 * @throws the file system's error when it cannot be read, and the signal's reason when aborted.
 */
export async function digestFile(file: string, signal?: AbortSignal): Promise<FileDigest> {
  const { size } = await stat(file);
  const sha256 = createHash('sha256');
  // git's name for a file is defined over SHA-1; it is compared with a known id, not trusted as a signature.
  const gitBlob = createHash('sha1').update(`blob ${size}\0`);
  const content: AsyncIterable<Buffer> = createReadStream(file, { signal, highWaterMark: 1 << 20 });
  for await (const chunk of content) {
    sha256.update(chunk);
    gitBlob.update(chunk);
  }
  return { size, sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}

/** Whether a file has the checksum a manifest states. */
export function hasChecksum(digest: FileDigest, checksum: ManifestChecksum): boolean {
  return 'sha256' in checksum ? digest.sha256 === checksum.sha256 : digest.gitBlob === checksum.gitBlob;
}
