/** Writes an ONNX file in two steps: first beside its place, then into it. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UnsupportedModel } from '../unsupported-model.ts';

/** A file that is complete but not yet where it belongs. */
export interface StagedFile {
  place(): Promise<void>;
  /** Takes away what was not placed. */
  discard(): Promise<void>;
}

/** @throws UnsupportedModel when a folder is there, or nothing can be written. */
export async function stageOnnxFile(file: string, bytes: Uint8Array): Promise<StagedFile> {
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    throw new UnsupportedModel(`The ONNX file ${path.basename(file)} would replace a folder; name a file.`);
  }
  const partial = `${path.resolve(file)}.partial-${process.pid}`;
  const discard = (): Promise<void> => rm(partial, { force: true });
  try {
    await mkdir(path.dirname(partial), { recursive: true });
    await writeFile(partial, bytes);
  } catch (cause) {
    await discard();
    throw new UnsupportedModel(
      'The ONNX file cannot be written there; check the folder and the space left.',
      { cause },
    );
  }
  return { place: () => rename(partial, file), discard };
}
