/** Writes a model graph as a SavedModel folder that TensorFlow and TensorFlow Serving load as their own. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelGraph } from '../../network/model-graph.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { savedModelBytes } from './meta-graph-message.ts';
import { writeTensorBundle } from './write-tensor-bundle.ts';

/**
 * Appears whole or not at all; the same graph gives the same bytes.
 *
 * @param folder must not exist yet; its parents are made.
 * @throws UnsupportedModel when the folder is there already or cannot be written.
 */
export async function writeSavedModel(folder: string, model: ModelGraph): Promise<void> {
  const target = path.resolve(folder);
  const partial = `${target}.partial-${process.pid}`;
  try {
    await mkdir(path.join(partial, 'variables'), { recursive: true });
    await writeFile(path.join(partial, 'saved_model.pb'), savedModelBytes(model));
    await writeTensorBundle(path.join(partial, 'variables', 'variables'), model.variables);
    await rename(partial, target);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new UnsupportedModel(sentence(cause.code), { cause });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function sentence(code: string): string {
  if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') {
    return 'The folder for the SavedModel is there already; remove it or choose another version.';
  }
  return `The SavedModel cannot be written (${code}).`;
}

function isSystemError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string';
}
