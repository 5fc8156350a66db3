/** Looks into a model on disk, whichever of the known formats it has. */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { UnsupportedModel } from '../unsupported-model.ts';
import { inspectCheckpoint } from './inspect-checkpoint.ts';
import { inspectOnnx } from './inspect-onnx.ts';
import { inspectSavedModel } from './inspect-saved-model.ts';
import type { ModelInspection } from './model-inspection.ts';

/**
 * @param place a SavedModel's folder, an ONNX file, or a file of weights; the content decides, not the name.
 * @throws UnsupportedModel with one sentence when it is none of them or is damaged.
 */
export async function inspectModel(place: string): Promise<ModelInspection> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new UnsupportedModel(`There is no file or folder ${path.basename(place)}.`, { cause });
  });
  if (found.isDirectory()) return inspectSavedModel(place);
  if (!found.isFile()) throw new UnsupportedModel(`${path.basename(place)} is neither a file nor a folder.`);
  return (await beginsAsOnnx(place)) ? inspectOnnx(place) : inspectCheckpoint(place);
}

/** The format's version first, which is 3 or more, then another field of the model that holds a text or a message. */
async function beginsAsOnnx(file: string): Promise<boolean> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new UnsupportedModel(`${path.basename(file)} cannot be read; check its permissions.`, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(3), 0, 3, 0);
    const [first, version = 0, next = 0] = buffer;
    return (
      bytesRead === 3 &&
      first === 0x08 &&
      version > 2 &&
      version < 0x20 &&
      next % 8 === 2 &&
      next > 8 &&
      next < 0x48
    );
  } finally {
    await handle.close();
  }
}
