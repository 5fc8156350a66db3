/** The temporary folder of compiled models: none after the end, and one reason for everybody when there is none. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { tinyCache, withTemporaryFolders } from '../../../../support/tiny-cache.ts';
import { tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('the temporary folder of compiled models', () => {
  let tiny: TinyEngine;
  let temporary: string;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
    await writeFile(tiny.cacheDirectory, 'a file where the folder should be');
    temporary = path.join(tiny.root, 'temporary');
    await mkdir(temporary);
  });
  afterEach(() => tiny.stop());

  it('is not made after the cache was closed', async () => {
    const { cache, signal } = tinyCache(tiny);
    await withTemporaryFolders(temporary, async () => {
      const obtaining = thrownBy(() => cache.obtain(tiny.model, signal));
      await cache.close();
      expect(await obtaining)
        .to.be.instanceOf(ServingError)
        .with.property('kind', 'cancelled');
    });
    expect(await readdir(temporary)).to.deep.equal([]);
  });

  it('is not made for a caller who has left', async () => {
    const { cache } = tinyCache(tiny);
    await withTemporaryFolders(temporary, async () => {
      const error = await thrownBy(() => cache.obtain(tiny.model, AbortSignal.abort()));
      expect(error).to.be.instanceOf(ServingError).with.property('kind', 'cancelled');
    });
    expect(await readdir(temporary)).to.deep.equal([]);
    await cache.close();
  });

  it('gives everybody who loads at once the same reason when it cannot be made', async () => {
    const { cache, signal } = tinyCache(tiny);
    await withTemporaryFolders(path.join(tiny.root, 'missing'), async () => {
      const errors: Promise<unknown>[] = [];
      // One after the other, so that some look for the folder while others wait for it.
      for (let index = 0; index < 60; index += 1) {
        const model = { ...tiny.model, name: `model-${index}` };
        errors.push(thrownBy(() => cache.obtain(model, signal)));
        await nextTurn();
      }
      for (const error of await Promise.all(errors)) {
        expect(error).to.be.instanceOf(ServingError).with.property('kind', 'model-not-ready');
        expect(error)
          .to.have.property('message')
          .that.matches(/no folder .* can be written to; set CACHE_DIR/);
      }
    });
    await cache.close();
  });
});
