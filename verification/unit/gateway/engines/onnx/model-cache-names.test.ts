/** Models may bear any name, as a configuration that comes over the wire gives them; their entries lie in the cache. */
import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';

describe('the entry of a compiled model', () => {
  let tiny: TinyEngine;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
  });
  afterEach(() => tiny.stop());

  for (const [title, name, entry] of [
    ['leads out of the folder', '../elsewhere', /^\.\._elsewhere-3-[0-9a-f]{16}$/],
    ['is the folder around', '..', /^\.\.-3-[0-9a-f]{16}$/],
    ['has folders', 'a/b\\c', /^a_b_c-3-[0-9a-f]{16}$/],
    ['ends a path', 'a\0b', /^a_b-3-[0-9a-f]{16}$/],
    ['is longer than a file name may be', 'x'.repeat(300), /^x{100}-3-[0-9a-f]{16}$/],
  ] as const) {
    it(`lies in the cache when the name ${title}`, async () => {
      const { signal } = new AbortController();
      await (await tiny.engine.load({ ...tiny.model, name }, { signal })).close();
      const [made = '', ...others] = await readdir(tiny.cacheDirectory);
      expect(made).to.match(entry);
      expect(others).to.deep.equal([]);
      expect(await readdir(tiny.root)).to.have.members(['cache', 'models']);
    });
  }
});
