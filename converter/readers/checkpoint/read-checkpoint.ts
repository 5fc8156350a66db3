/** Reads trained weights from a PyTorch checkpoint (old or zip) or a safetensors file, executing nothing. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint } from '../../checkpoint.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { decidingBytes, fileKindOf } from './file-kind.ts';
import type { CheckpointKind } from './file-kind.ts';
import { readLegacyCheckpoint } from './legacy-checkpoint.ts';
import { readSafetensorsCheckpoint } from './safetensors-checkpoint.ts';
import { readZipCheckpoint } from './zip-checkpoint.ts';

const readers: Readonly<Record<CheckpointKind, (file: CheckpointFile) => Promise<Checkpoint>>> = {
  pickle: readLegacyCheckpoint,
  zip: readZipCheckpoint,
  safetensors: readSafetensorsCheckpoint,
};

/**
 * The kind is told by the first bytes, not by the name. Weights are looked for at the top and inside of `state_dict`,
 * `model_state_dict`, `model` and `net`; `module.` before all names is taken off; the rest is not read into memory.
 * `float16`, `bfloat16` and `float64` become `float32` (the last is rounded), integers stay what they are.
 *
 * @throws UnsupportedModel with one sentence when the file is something else, is damaged, or refers to a class or an
 * opcode that is not on the closed list.
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const name = path.basename(file);
  await refuseFolder(file, name);
  try {
    return await CheckpointFile.using(file, readByKind);
  } catch (cause) {
    throw refusal(name, cause);
  }
}

async function readByKind(file: CheckpointFile): Promise<Checkpoint> {
  const beginning = await file.read(0, Math.min(file.size, decidingBytes));
  const found = fileKindOf(beginning, file.size);
  if (found.kind === 'other') throw new UnsupportedModel(`It ${found.advice}.`);
  return readers[found.kind](file);
}

function refusal(name: string, cause: unknown): UnsupportedModel {
  if (cause instanceof UnsupportedModel) {
    return new UnsupportedModel(printable(`${name}: ${cause.message}`), { cause });
  }
  const sentence =
    cause instanceof MalformedBytes
      ? `${name} is damaged, cut off or not what it seems: ${cause.message} Fetch it again.`
      : `${name} cannot be read; check that it is there and may be read.`;
  return new UnsupportedModel(printable(sentence), { cause });
}

/** Names of tensors come from the file: their control characters would reach a terminal. */
function printable(sentence: string): string {
  return sentence.replace(/\p{C}/gu, '?').slice(0, 1000);
}

/** Opening a pipe would wait for somebody to write to it. */
async function refuseFolder(file: string, name: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  if (!found.isDirectory()) throw new UnsupportedModel(`${name} is not a file; give a file of weights.`);
  const isSavedModel = (await readdir(file)).includes('saved_model.pb');
  throw new UnsupportedModel(
    isSavedModel
      ? `${name} is a SavedModel folder, not a checkpoint; a SavedModel is served as it is.`
      : `${name} is a folder; give the file of weights inside of it.`,
  );
}
