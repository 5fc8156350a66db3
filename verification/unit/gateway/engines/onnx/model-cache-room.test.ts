/** Where compiled models go when their folder has no room for them. */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { tinyCache, withTemporaryFolders } from '../../../../support/tiny-cache.ts';
import { tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('compiled models on a full disk', () => {
  let tiny: TinyEngine;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
  });
  afterEach(() => tiny.stop());

  const roomless = (isFull: (target: string) => boolean) => tinyCache(tiny, { isFull });

  it('compiles in a temporary folder when only the cache has no room', async () => {
    const { cache, sentences, signal } = roomless((target) => target.startsWith(tiny.cacheDirectory));
    const entry = await cache.obtain(tiny.model, signal);
    expect(entry.programs.length).to.be.above(0);
    expect(path.relative(tiny.cacheDirectory, entry.folder)).to.match(/^\.\./);
    expect(sentences).to.deep.equal([
      'the cache directory cannot be written; models it lacks are compiled anew at every start',
      'model compiled',
    ]);
    expect(await readdir(tiny.cacheDirectory), 'nothing is left behind').to.deep.equal([]);
    await cache.close();
  });

  it('goes on reading what the cache holds, and compiles there what it lacks, with one warning', async () => {
    const before = roomless(() => false);
    const kept = await before.cache.obtain(tiny.model, before.signal);
    const { cache, sentences, signal } = roomless((target) => target.startsWith(tiny.cacheDirectory));
    const missing = ['other', 'third'].map((name) => ({ ...tiny.model, name }));
    for (const model of missing) await cache.obtain(model, signal);
    expect((await cache.obtain(tiny.model, signal)).folder).to.equal(kept.folder);
    for (const model of missing) await cache.obtain(model, signal);
    expect(sentences.filter((sentence) => sentence === 'model compiled')).to.have.length(2);
    expect(sentences.filter((sentence) => sentence.includes('cannot be written'))).to.have.length(1);
    expect(await readdir(tiny.cacheDirectory)).to.deep.equal([path.basename(kept.folder)]);
    await cache.close();
  });

  it('moves to one temporary folder however many models meet an unusable cache at once', async () => {
    await writeFile(tiny.cacheDirectory, 'a file where the folder should be');
    const { cache, sentences, signal } = roomless(() => false);
    const models = ['first', 'second', 'third'].map((name) => ({ ...tiny.model, name }));
    const entries = await Promise.all(models.map((model) => cache.obtain(model, signal)));
    const places = new Set(entries.map(({ folder }) => path.dirname(folder)));
    await cache.close();
    expect(places).to.have.property('size', 1);
    expect(sentences.filter((sentence) => sentence.includes('cannot be written'))).to.have.length(1);
    for (const place of places) expect(existsSync(place), 'left behind').to.equal(false);
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

  it('needs no folder to write to for what the cache holds, and says so for what it lacks', async () => {
    const kept = roomless(() => false);
    await kept.cache.obtain(tiny.model, kept.signal);
    const { cache, signal } = roomless((target) => target.startsWith(tiny.cacheDirectory));
    await withTemporaryFolders(path.join(tiny.root, 'missing'), async () => {
      const error = await thrownBy(() => cache.obtain({ ...tiny.model, name: 'other' }, signal));
      expect(error).to.be.instanceOf(ServingError).with.property('kind', 'model-not-ready');
      expect(error)
        .to.have.property('message')
        .that.matches(/no folder .* can be written to; set CACHE_DIR/);
      expect((await cache.obtain(tiny.model, signal)).folder).to.include(tiny.cacheDirectory);
    });
    await cache.close();
  });
});
