/** A cache of compiled models that builds the tiny model at once, with faults that a test asks for. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildEntry } from '../../gateway/engines/onnx/build-entry.ts';
import { ModelCache } from '../../gateway/engines/onnx/model-cache.ts';
import type { TinyEngine } from './tiny-engine.ts';
import { tinyModel } from './tiny-onnx-model.ts';

export interface CacheFaults {
  /** Builds fail for want of room in the folders that it names. */
  isFull?(target: string): boolean;
  /** Runs when a model is built and not yet put into its place. */
  onBuilt?(target: string): Promise<void>;
}

export interface TinyCache {
  readonly cache: ModelCache;
  /** All that was logged. */
  readonly sentences: readonly string[];
  /** Never aborted. */
  readonly signal: AbortSignal;
}

/** On the folders of the engine. */
export function tinyCache(tiny: TinyEngine, faults: CacheFaults = {}): TinyCache {
  const sentences: string[] = [];
  const note = (_facts: object, sentence: string) => sentences.push(sentence);
  const isFull = (target: string) => faults.isFull?.(target) === true;
  const cache = new ModelCache({
    directory: tiny.cacheDirectory,
    compilerVersion: '1',
    machine: 'this one',
    log: { info: note, warn: note },
    build: async (task) => {
      await writeFile(path.join(task.target, 'begun'), '');
      if (isFull(task.target)) throw new Error('a file could not be written');
      const { programs, modules, skipped } = tinyModel();
      await buildEntry(task, () => Promise.resolve({ programs, modules, skipped }));
      await faults.onBuilt?.(task.target);
    },
    lacksRoom: (target) => Promise.resolve(isFull(target)),
  });
  return { cache, sentences, signal: new AbortController().signal };
}

/** Temporary folders are made in the given one as long as the work lasts. */
export async function withTemporaryFolders(folder: string, work: () => Promise<void>): Promise<void> {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    await work();
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}
