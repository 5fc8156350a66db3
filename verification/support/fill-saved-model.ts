/** Gives a SavedModel whose weights are missing seeded random ones, the same on every machine. */
import { realpathSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { elementCount } from '../../gateway/domain/tensor.ts';
import { readBundleEntry, type BundleEntry } from '../../converter/readers/saved-model/bundle-entry.ts';
import { readLevelDbTable } from '../../converter/readers/saved-model/leveldb-table.ts';
import {
  checkpointFiles,
  type StoredTensor,
} from '../unit/converter/readers/saved-model/checkpoint-files.ts';

const datatypeNumbers: Readonly<Record<string, number>> = { float32: 1, int32: 3, int64: 9 };

/** Uniform numbers in [−1, 1) from 32-bit integer arithmetic alone (Mulberry32), so that no libm can differ. */
function seededNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Scales and variances are 1, offsets and means 0, weights He-style noise: the activations stay finite. */
function fill(name: string, { shape, datatype }: BundleEntry, noise: () => number): StoredTensor {
  const number = datatypeNumbers[datatype];
  if (number === undefined) throw new Error(`cannot fill ${name}: ${datatype}`);
  const count = elementCount(shape);
  if (datatype !== 'float32') {
    return { datatype: number, shape, bytes: new Uint8Array(count * (datatype === 'int64' ? 8 : 4)) };
  }
  const values = new Float32Array(count);
  if (/gamma|variance/i.test(name)) values.fill(1);
  else if (shape.length > 1) {
    const fanIn = elementCount(shape.slice(0, -1));
    // Uniform noise has a variance of 1/3; a small head keeps the softmax from saturating.
    const scale = Math.sqrt((3 * (shape.length === 2 ? 2e-5 : 1.5)) / fanIn);
    for (let index = 0; index < count; index += 1) values[index] = noise() * scale;
  }
  return { datatype: number, shape, bytes: new Uint8Array(values.buffer) };
}

/** Writes a complete SavedModel to `target`; names, types and shapes come from `source`'s `variables.index`. */
export async function fillSavedModel(source: string, target: string, seed = 7): Promise<void> {
  const table = readLevelDbTable(
    await readFile(path.join(source, 'variables', 'variables.index')),
    'variables.index',
  );
  const noise = seededNoise(seed);
  const tensors: Record<string, StoredTensor> = {};
  for (const [key, value] of table) {
    if (key !== '') tensors[key] = fill(key, readBundleEntry(value), noise);
  }
  await mkdir(path.join(target, 'variables'), { recursive: true });
  await copyFile(path.join(source, 'saved_model.pb'), path.join(target, 'saved_model.pb'));
  for (const [name, bytes] of checkpointFiles(tensors)) {
    await writeFile(path.join(target, 'variables', name), bytes);
  }
}

const [, script, source, target] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href) {
  if (source === undefined || target === undefined) {
    process.stderr.write('usage: fill-saved-model SAVED_MODEL_FOLDER TARGET_FOLDER\n');
    process.exitCode = 2;
  } else await fillSavedModel(source, target);
}
