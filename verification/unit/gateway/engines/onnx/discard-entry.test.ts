/** Entries that nobody may move away or replace: they stop no model that is built. */
import { chmod, readdir, truncate, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { withoutSuperuser } from '../../../../support/without-superuser.ts';
import { tinyCache } from '../../../../support/tiny-cache.ts';
import { tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';

const moved = 'the cache directory cannot be written; models it lacks are compiled anew at every start';

describe('compiled models that cannot be discarded', () => {
  let tiny: TinyEngine;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
  });
  afterEach(() => tiny.stop());

  const cachedEntry = async () => {
    const { cache, signal } = tinyCache(tiny);
    const { folder } = await cache.obtain(tiny.model, signal);
    return folder;
  };

  it('warns of an outdated entry that stays, and serves the new one from the cache', async () => {
    const outdated = await cachedEntry();
    await utimes(path.join(tiny.model.folder, 'saved_model.pb'), 1, 1);
    // Without the right to write in it a folder cannot be moved into another one.
    await chmod(outdated, 0o500);
    const { cache, sentences, signal } = tinyCache(tiny);
    const entry = await withoutSuperuser(tiny.root, () => cache.obtain(tiny.model, signal));
    expect(path.dirname(entry.folder)).to.equal(tiny.cacheDirectory);
    expect(sentences).to.deep.equal(['model compiled', 'an outdated cached model cannot be removed']);
    const names = [outdated, entry.folder].map((folder) => path.basename(folder)).sort();
    expect((await readdir(tiny.cacheDirectory)).sort()).to.deep.equal(names);
    await chmod(outdated, 0o700);
  });

  it('compiles in a temporary folder when a damaged entry can be neither read nor replaced', async () => {
    const damaged = await cachedEntry();
    await truncate(path.join(damaged, 'program.json'), 100);
    await chmod(damaged, 0o500);
    const { cache, sentences, signal } = tinyCache(tiny);
    const entry = await withoutSuperuser(tiny.root, () => cache.obtain(tiny.model, signal));
    expect(path.relative(tiny.cacheDirectory, entry.folder)).to.match(/^\.\./);
    expect(sentences).to.include(moved);
    expect(await readdir(tiny.cacheDirectory)).to.deep.equal([path.basename(damaged)]);
    await cache.close();
    await chmod(damaged, 0o700);
  });

  it('compiles in a temporary folder when the cache becomes read-only while it builds', async () => {
    const { cache, sentences, signal } = tinyCache(tiny, {
      onBuilt: async (target) => {
        if (target.startsWith(tiny.cacheDirectory)) await chmod(tiny.cacheDirectory, 0o500);
      },
    });
    const entry = await withoutSuperuser(tiny.root, () => cache.obtain(tiny.model, signal));
    expect(path.relative(tiny.cacheDirectory, entry.folder)).to.match(/^\.\./);
    expect(sentences).to.deep.equal(['model compiled', moved, 'model compiled']);
    await cache.close();
    await chmod(tiny.cacheDirectory, 0o700);
  });
});
