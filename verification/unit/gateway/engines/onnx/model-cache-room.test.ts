/** Where compiled models go when their folder has no room for them. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { buildEntry } from '../../../../../gateway/engines/onnx/build-entry.ts';
import { ModelCache } from '../../../../../gateway/engines/onnx/model-cache.ts';
import { tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';
import { tinyModel } from '../../../../support/tiny-onnx-model.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('compiled models on a full disk', () => {
  let tiny: TinyEngine;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
  });
  afterEach(() => tiny.stop());

  /** A cache whose builds fail for want of room in the folders that `isFull` names. */
  const roomless = (isFull: (target: string) => boolean) => {
    const sentences: string[] = [];
    const note = (_facts: object, sentence: string) => sentences.push(sentence);
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
      },
      lacksRoom: (target) => Promise.resolve(isFull(target)),
    });
    return { cache, sentences, signal: new AbortController().signal };
  };

  it('compiles in a temporary folder when only the cache has no room', async () => {
    const { cache, sentences, signal } = roomless((target) => target.startsWith(tiny.cacheDirectory));
    const entry = await cache.obtain(tiny.model, signal);
    expect(entry.programs.length).to.be.above(0);
    expect(path.relative(tiny.cacheDirectory, entry.folder)).to.match(/^\.\./);
    expect(sentences).to.deep.equal([
      'the cache directory cannot be written; models are compiled anew at every start',
      'model compiled',
    ]);
    expect(await readdir(tiny.cacheDirectory), 'nothing is left behind').to.deep.equal([]);
    await cache.close();
  });

  it('says what is missing when there is no room anywhere', async () => {
    const { cache, signal } = roomless(() => true);
    const error = await thrownBy(() => cache.obtain(tiny.model, signal));
    expect(error).to.be.instanceOf(ServingError).with.property('kind', 'model-not-ready');
    expect(error)
      .to.have.property('message')
      .that.matches(/no room on the disk.*CACHE_DIR/);
    await cache.close();
  });
});
