/** What a build leaves in its folder, and when it must not go on. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildEntry } from '../../../../../gateway/engines/onnx/build-entry.ts';
import { readCacheEntry } from '../../../../../gateway/engines/onnx/cache-entry.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { tinyModel } from '../../../../support/tiny-onnx-model.ts';

describe('buildEntry', () => {
  const origin = { source: '/models/tiny/1', machine: 'any' };
  let target: string;
  beforeEach(async () => {
    target = await mkdtemp(path.join(tmpdir(), 'fovea-entry-'));
  });
  afterEach(() => rm(target, { recursive: true, force: true }));

  it('compiles the source, asks, and leaves an entry that can be read', async () => {
    const steps: string[] = [];
    await buildEntry(
      { origin, target },
      (folder) => {
        steps.push(`compile ${folder}`);
        return Promise.resolve(tinyModel());
      },
      () => {
        steps.push('ask');
        return true;
      },
    );
    expect(steps).to.deep.equal(['compile /models/tiny/1', 'ask']);
    const entry = await readCacheEntry(target);
    expect(entry?.origin).to.deep.equal(origin);
    expect(entry?.programs).to.deep.equal(tinyModel().programs);
    expect(entry?.skipped).to.deep.equal(tinyModel().skipped);
    for (const name of tinyModel().modules.keys()) expect(await readdir(target)).to.include(`${name}.onnx`);
  });

  it('enters no native code and writes nothing once it is called off', async () => {
    const compile = () => Promise.resolve(tinyModel());
    const error = await thrownBy(() => buildEntry({ origin, target }, compile, () => false));
    expect(error).to.be.instanceOf(Error);
    expect(await readdir(target)).to.deep.equal([]);
  });
});
