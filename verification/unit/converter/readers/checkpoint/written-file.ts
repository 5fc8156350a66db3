/** Gives a test's bytes to the reader as a file, and the refusal back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import type { Checkpoint } from '../../../../../converter/checkpoint.ts';
import { readCheckpoint } from '../../../../../converter/readers/checkpoint/read-checkpoint.ts';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

/** The file is called `model.pth`, whatever it holds. */
export async function readBytes(bytes: Uint8Array): Promise<Checkpoint> {
  const folder = await mkdtemp(path.join(tmpdir(), 'checkpoint-'));
  try {
    const file = path.join(folder, 'model.pth');
    await writeFile(file, bytes);
    return await readCheckpoint(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The sentence of a deliberate refusal; a fault that the reader stumbled over is thrown on. */
export async function refusalOf(bytes: Uint8Array): Promise<string | undefined> {
  const error = await thrownBy(() => readBytes(bytes));
  if (error === undefined) return undefined;
  const isDeliberate =
    error instanceof UnsupportedModel &&
    (error.cause instanceof UnsupportedModel || error.cause instanceof MalformedBytes);
  if (!isDeliberate) throw new Error('The reader stumbled.', { cause: error });
  return error.message;
}

/** A tensor's values as an ordinary list. */
export function valuesOf(checkpoint: Checkpoint, name: string): readonly (number | bigint)[] | undefined {
  const tensor = checkpoint.tensors.get(name);
  return tensor === undefined ? undefined : [...tensor.elements];
}
