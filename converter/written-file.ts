/** An artefact on disk as manifests state it: where, how long, and which content. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileSha256 } from './file-sha256.ts';

export interface WrittenFile {
  /** Relative to the SavedModel's folder; the bare name of an ONNX file. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export async function writtenFile(folder: string, name: string): Promise<WrittenFile> {
  const file = path.join(folder, name);
  return { path: name, size: (await stat(file)).size, sha256: await fileSha256(file) };
}
