/** An artefact on disk as manifests state it: where, how long, and which content. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface WrittenFile {
  /** Relative to the SavedModel's folder; the bare name of an ONNX file. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export async function writtenFile(folder: string, name: string): Promise<WrittenFile> {
  const file = path.join(folder, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { path: name, size: (await stat(file)).size, sha256: hash.digest('hex') };
}
