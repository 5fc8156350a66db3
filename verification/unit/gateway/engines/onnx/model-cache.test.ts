/** Compiled models on disk: reused when whole and current, rebuilt otherwise. */
import { spawnSync } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { makeWorkFolder } from '../../../../../gateway/engines/onnx/work-folder.ts';
import type { StatedPreprocessing } from '../../../../../gateway/domain/preprocessing.ts';
import { pictureRequest, plainJpeg, tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('compiled models on disk', () => {
  let tiny: TinyEngine;
  beforeEach(async () => {
    tiny = await tinyEngine({ workers: 1, threadsPerWorker: 1 });
  });
  afterEach(() => tiny.stop());

  const compiledBy = ({ logged }: TinyEngine) =>
    logged.filter(({ sentence }) => sentence === 'model compiled').length;

  const classifies = async (subject: TinyEngine) => {
    const model = await subject.load();
    const request = pictureRequest([await plainJpeg(0, 0, 200)]);
    const answer = await model.infer(request, { signal: new AbortController().signal });
    expect(answer.get('classes')?.elements[0]).to.equal(2n);
  };

  const afterRestart = async () => {
    await tiny.engine.close();
    const again = tiny.restarted();
    await classifies(again);
    await again.engine.close();
    return again;
  };

  const entryFolder = async () => {
    const [entry = 'none', ...others] = await readdir(tiny.cacheDirectory);
    expect(others, 'nothing but the entry').to.deep.equal([]);
    return path.join(tiny.cacheDirectory, entry);
  };

  it('compiles once and reads the entry from then on', async () => {
    await classifies(tiny);
    expect(compiledBy(tiny)).to.equal(1);
    expect(path.basename(await entryFolder())).to.match(/^tiny-3-[0-9a-f]{16}$/);
    expect(compiledBy(await afterRestart())).to.equal(0);
  });

  it('reports the signatures that were left out, compiled or cached', async () => {
    await classifies(tiny);
    const again = await afterRestart();
    for (const { logged } of [tiny, again]) {
      const [left] = logged.filter(({ sentence }) => sentence === 'a signature is left out');
      expect(left?.facts).to.include({ signature: 'train', reason: 'Training is not inference.' });
    }
  });

  it('compiles again when the graph changed, and removes the entry of the old one', async () => {
    await classifies(tiny);
    const before = await entryFolder();
    await writeFile(path.join(tiny.model.folder, 'saved_model.pb'), 'A graph');
    expect(compiledBy(await afterRestart())).to.equal(1);
    expect(await entryFolder()).not.to.equal(before);
  });

  it('compiles again when a file was written anew', async () => {
    await classifies(tiny);
    await utimes(path.join(tiny.model.folder, 'saved_model.pb'), 1, 1);
    expect(compiledBy(await afterRestart())).to.equal(1);
  });

  it('compiles again when a model of the same name lies elsewhere, and keeps both', async () => {
    await classifies(tiny);
    const folder = path.join(tiny.root, 'elsewhere');
    await cp(tiny.model.folder, folder, { recursive: true, preserveTimestamps: true });
    const loaded = await tiny.engine.load(
      { ...tiny.model, folder },
      { signal: new AbortController().signal },
    );
    await loaded.close();
    expect(compiledBy(tiny)).to.equal(2);
    expect(await readdir(tiny.cacheDirectory)).to.have.length(2);
  });

  it('compiles again when pictures are prepared otherwise, whatever the order it is said in', async () => {
    const signal = new AbortController().signal;
    const load = async (preprocessing: StatedPreprocessing) => {
      await (await tiny.engine.load({ ...tiny.model, preprocessing }, { signal })).close();
      return compiledBy(tiny);
    };
    expect(await load({ size: 8, resize: 'stretch' })).to.equal(1);
    expect(await load({ resize: 'stretch', size: 8 })).to.equal(1);
    expect(await load({ resize: 'stretch', size: 9 })).to.equal(2);
    expect(await readdir(tiny.cacheDirectory)).to.have.length(1);
  });

  const damages: Record<string, (entry: string) => Promise<void>> = {
    'a module was cut short': (entry) => truncate(path.join(entry, 'network-0.onnx'), 20),
    'a bit of a module fell over': async (entry) => {
      const file = path.join(entry, 'network-0.onnx');
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
    'a module is missing': (entry) => rm(path.join(entry, 'prepare-0.onnx')),
    'the description was cut short': (entry) => truncate(path.join(entry, 'program.json'), 100),
    'the description was edited': async (entry) => {
      const file = path.join(entry, 'program.json');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"fast"', '"slow"'));
    },
    'the description is missing': (entry) => rm(path.join(entry, 'program.json')),
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`compiles again when ${what}`, async () => {
      await classifies(tiny);
      await damage(await entryFolder());
      const again = await afterRestart();
      expect(compiledBy(again)).to.equal(1);
      const warnings = again.logged.filter(
        ({ sentence }) => sentence === 'a cached model is damaged and is built again',
      );
      expect(warnings).to.have.length(1);
      expect(compiledBy(await afterRestart()), 'the new entry is whole').to.equal(0);
      await entryFolder();
    });
  }

  it('removes what a crash has left of building and of discarding, and nothing that is in use', async () => {
    await mkdir(tiny.cacheDirectory);
    const inUse = await makeWorkFolder(tiny.cacheDirectory, 'building');
    const ended = spawnSync(process.execPath, ['--version']).pid;
    for (const kind of ['building', 'discarded'] as const) {
      const name = path.basename(await makeWorkFolder(tiny.cacheDirectory, kind));
      await rename(
        path.join(tiny.cacheDirectory, name),
        path.join(tiny.cacheDirectory, name.replace(`-${process.pid}-`, `-${ended}-`)),
      );
    }
    await classifies(tiny);
    const left = await readdir(tiny.cacheDirectory);
    expect(left).to.have.length(2).and.include(path.basename(inUse));
  });

  it('lets two engines build the same model at once', async () => {
    const other = tiny.restarted();
    await Promise.all([classifies(tiny), classifies(other)]);
    await other.engine.close();
    await entryFolder();
    expect(compiledBy(await afterRestart())).to.equal(0);
  });

  const unwritable: Record<string, (root: string) => string> = {
    'its parent is a file': (root) => path.join(root, 'file', 'cache'),
    // Making a folder there with its parents keeps Node.js itself busy for ever.
    'it is to lie below /proc': () => '/proc/fovea/cache',
  };
  for (const [why, place] of Object.entries(unwritable)) {
    it(`serves without a cache when none can be written since ${why}, and leaves nothing behind`, async function () {
      if (place(tiny.root).startsWith('/proc') && process.platform !== 'linux') this.skip();
      await writeFile(path.join(tiny.root, 'file'), '');
      const without = tiny.restarted({ cacheDirectory: place(tiny.root) });
      await classifies(without);
      const warnings = without.logged.filter(({ sentence }) => sentence.includes('cache'));
      expect(warnings.map(({ sentence }) => sentence)).to.deep.equal([
        'the cache directory cannot be written; models it lacks are compiled anew at every start',
      ]);
      await without.engine.close();
    });
  }

  const mayWriteAll = process.getuid?.() === 0;
  const reason = mayWriteAll ? ' (skipped: this user may write everywhere)' : '';
  it(`takes from a cache that is read-only what it holds, and compiles the rest${reason}`, async function () {
    if (mayWriteAll) this.skip();
    await classifies(tiny);
    await tiny.engine.close();
    await chmod(tiny.cacheDirectory, 0o500);
    const again = tiny.restarted();
    const signal = new AbortController().signal;
    await (await again.engine.load({ ...tiny.model, name: 'another' }, { signal })).close();
    expect(compiledBy(again)).to.equal(1);
    await classifies(again);
    expect(compiledBy(again)).to.equal(1);
    await again.engine.close();
    await chmod(tiny.cacheDirectory, 0o700);
  });

  describe('models that cannot be compiled', () => {
    const refusalOf = async (work: Promise<unknown>) => {
      const error = await thrownBy(() => work);
      if (!(error instanceof ServingError)) throw new Error(`no ServingError but ${String(error)}`);
      expect(await readdir(tiny.cacheDirectory), 'nothing is left behind').to.deep.equal([]);
      return error;
    };

    it('passes on the sentence of the compiler', async () => {
      await writeFile(path.join(tiny.model.folder, 'unsupported'), '');
      const error = await refusalOf(tiny.load());
      expect(error.kind).to.equal('model-not-ready');
      expect(error.message).to.include('Mystery').and.include('node_1');
    });

    it('keeps any other failure to itself', async () => {
      await writeFile(path.join(tiny.model.folder, 'broken'), '');
      const error = await refusalOf(tiny.load());
      expect(error.kind).to.equal('model-not-ready');
      expect(error.message).not.to.include('secret');
      expect(String(error.cause)).to.include('secret');
    });

    it('stops compiling when nobody waits any more', async () => {
      await writeFile(path.join(tiny.model.folder, 'endless'), '');
      const caller = new AbortController();
      const loading = tiny.load(caller.signal);
      setTimeout(() => {
        caller.abort();
      }, 100);
      expect((await refusalOf(loading)).kind).to.equal('cancelled');
    });

    it('stops compiling when the engine is closed', async () => {
      await writeFile(path.join(tiny.model.folder, 'endless'), '');
      const loading = tiny.load();
      setTimeout(() => void tiny.engine.close(), 100);
      expect((await refusalOf(loading)).kind).to.equal('cancelled');
    });

    it('says so when the model is not there', async () => {
      await rm(tiny.model.folder, { recursive: true });
      const error = await thrownBy(() => tiny.load());
      expect(error).to.be.instanceOf(ServingError).with.property('kind', 'model-not-ready');
      expect(String(error)).not.to.include(tiny.root);
    });
  });
});
