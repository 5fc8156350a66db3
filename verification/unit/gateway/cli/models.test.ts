/** `fovea models` as a user meets it: what it prints, where, and with which exit code. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { runModelsCommand, type ModelsCommandContext } from '../../../../gateway/cli/models.ts';
import type { ShippedModels } from '../../../../gateway/repository/model-folder.ts';
import {
  madeUpFiles,
  manifestOf,
  noise,
  TemporaryFolders,
  writeFiles,
} from '../../../support/made-up-model.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly progress: string;
}

describe('fovea models', () => {
  const folders = new TemporaryFolders();
  const files = madeUpFiles();
  let directory = '';
  let mirror = '';
  let shipped: ShippedModels | undefined;

  beforeEach(async () => {
    [directory, mirror] = [await folders.make(), await folders.make()];
    shipped = undefined;
    await mkdir(path.join(directory, 'made-up'));
    await writeFile(
      path.join(directory, 'made-up/manifest.json'),
      JSON.stringify({ ...manifestOf(files, []), classes: 2 }),
    );
    await writeFiles(path.join(mirror, 'made-up'), files);
  });
  afterEach(() => folders.remove());

  const settings = (): ModelsCommandContext['environment'] => ({
    modelsDirectories: [directory],
    shipped,
    modelMirror: mirror,
    processEnvironment: {},
  });

  async function run(args: readonly string[], isTTY = false): Promise<Outcome> {
    const lines: string[] = [];
    let progress = '';
    const code = await runModelsCommand(args, {
      environment: settings(),
      out: (line) => lines.push(line),
      progress: { isTTY, columns: 100, write: (text) => (progress += text) },
      signal: new AbortController().signal,
    });
    return { code, out: lines.join('\n'), progress };
  }

  it('goes through the life of a model: known, pulled, verified, removed', async () => {
    const before = await run(['list']);
    expect(before.code).to.equal(0);
    expect(before.out).to.match(/made-up +not installed +2 +CC0-1\.0 +A made-up model/);
    expect(before.out).to.include('To install: fovea models pull made-up');

    const pulled = await run(['pull', 'made-up']);
    expect(pulled.code).to.equal(0);
    expect(pulled.out).to.equal(`made-up/7 is installed and verified, from ${mirror}.`);
    expect(pulled.progress).to.include('pulling made-up/7').and.not.to.include('\r');

    expect((await run(['list'])).out).to.match(/made-up +7 +2/);
    expect(await run(['verify', 'made-up'])).to.include({ code: 0, out: 'made-up/7: verified' });

    const removed = await run(['remove', 'made-up']);
    expect(removed).to.include({ code: 0, out: `Removed made-up/7 from ${directory}.` });
    expect((await run(['list'])).out).to.include('not installed');
    expect(await run(['remove', 'made-up'])).to.include({
      code: 0,
      out: 'made-up is not installed; nothing was removed.',
    });
  });

  it('keeps what no pull could bring back, until it is forced', async () => {
    await run(['pull', 'made-up']);
    mirror = await folders.make();
    await writeFiles(directory, { 'own/3/saved_model.pb': files['7/saved_model.pb'] ?? Buffer.alloc(0) });
    for (const [name, version] of [
      ['made-up', '7'],
      ['own', '3'],
    ] as const) {
      const kept = await run(['remove', name]);
      expect(kept.code, name).to.equal(1);
      expect(kept.progress).to.match(new RegExp(`^No pull could bring ${name}/${version} back.*--force`));
      expect(await readdir(path.join(directory, name))).to.include(version);
      expect(await run(['remove', name, '--force'])).to.include({
        code: 0,
        out: `Removed ${name}/${version} from ${directory}.`,
      });
      expect(await readdir(path.join(directory, name))).not.to.include(version);
    }
  });

  it('removes without a question what the sources of the manifest bring back', async () => {
    await run(['pull', 'made-up']);
    const source = { kind: 'archive', url: 'https://example.org/made-up.tar' } as const;
    await writeFile(
      path.join(directory, 'made-up/manifest.json'),
      JSON.stringify(manifestOf(files, [source])),
    );
    mirror = await folders.make();
    expect((await run(['remove', 'made-up'])).code).to.equal(0);
  });

  it('pulls what only the package knows into the first folder of the list, with its description', async () => {
    const own = await folders.make();
    shipped = { directory, hasVersions: false };
    directory = path.join(own, 'not-there-yet');
    expect((await run(['list'])).out).to.match(/made-up +not installed/);
    expect((await run(['pull', 'made-up'])).code).to.equal(0);
    expect((await readdir(path.join(directory, 'made-up'))).sort()).to.deep.equal(['7', 'manifest.json']);
    shipped = undefined;
    expect(await run(['verify', 'made-up'])).to.include({ code: 0, out: 'made-up/7: verified' });
  });

  it('leaves no folder behind when what only the package knows cannot be pulled', async () => {
    const own = await folders.make();
    shipped = { directory, hasVersions: false };
    directory = own;
    mirror = await folders.make();
    expect((await run(['pull', 'made-up'])).code).to.equal(1);
    expect(await readdir(own)).to.deep.equal([]);
  });

  it('redraws one line on a terminal', async () => {
    const { progress } = await run(['pull', 'made-up'], true);
    expect(progress)
      .to.include('\r')
      .and.to.match(/\[#+-*\] pulling made-up\/7 \d+ % \(/);
    expect(progress.endsWith('\n')).to.equal(true);
  });

  it('names every difference and exits with 1 when files are wrong', async () => {
    await run(['pull', 'made-up']);
    await writeFile(path.join(directory, 'made-up/7/saved_model.pb'), noise(3_000, 'other'));
    const { code, out } = await run(['verify']);
    expect(code).to.equal(1);
    expect(out)
      .to.include('made-up/7: differs from the manifest')
      .and.to.include('  saved_model.pb has the wrong content');
  });

  it('verifies all models with 0 although one is not installed, and that one by name with 1', async () => {
    expect(await run(['verify'])).to.include({ code: 0, out: 'made-up: is not installed' });
    expect((await run(['verify', 'made-up'])).code).to.equal(1);
  });

  it('prints JSON that programs can read', async () => {
    await run(['pull', 'made-up']);
    const listed: unknown = JSON.parse((await run(['list', '--json'])).out);
    expect(listed).to.deep.equal([
      {
        name: 'made-up',
        installed: true,
        unreadable: null,
        versions: [7],
        title: 'A made-up model',
        implementation: null,
        huggingFace: null,
        licence: 'CC0-1.0',
        classes: 2,
        labels: null,
        folder: path.join(directory, 'made-up'),
        faults: [],
      },
    ]);
    const verified: unknown = JSON.parse((await run(['verify', '--json'])).out);
    expect(verified).to.deep.equal([
      { name: 'made-up', faults: [], versions: [{ version: 7, state: 'verified', differences: [] }] },
    ]);
  });

  it('shows every fault of a manifest in the list and refuses to pull by it', async () => {
    await writeFile(path.join(directory, 'made-up/manifest.json'), '{"classes": 0, "title": 3}');
    const { out } = await run(['list']);
    expect(out)
      .to.include('made-up: title: must be')
      .and.to.include('made-up: classes: must be')
      .and.to.include('licence: is missing');
    const pull = await run(['pull', 'made-up']);
    expect(pull.code).to.equal(1);
    expect(pull.progress).to.include('title: must be');
  });

  it('names the known models when asked for an unknown one', async () => {
    for (const command of ['pull', 'verify', 'remove']) {
      const { code, progress } = await run([command, 'unknown']);
      expect(code, command).to.equal(1);
      expect(progress, command).to.equal('There is no model "unknown". Known models: made-up.\n');
    }
  });

  for (const args of [
    [],
    ['fetch'],
    ['pull'],
    ['pull', 'a', 'b'],
    ['list', 'a'],
    ['list', '--yaml'],
    ['pull', 'a', '--json'],
    ['pull', 'a', '--force'],
  ]) {
    it(`answers 2 and points to the help: fovea models ${args.join(' ')}`, async () => {
      const { code, out, progress } = await run(args);
      expect(code).to.equal(2);
      expect(out).to.equal('');
      expect(progress).to.match(/^\S.*"fovea models --help" shows the usage\.\n$/);
    });
  }

  it('prints its help', async () => {
    for (const args of [['--help'], ['-h'], ['pull', '--help']]) {
      const { code, out } = await run(args);
      expect(code).to.equal(0);
      expect(out).to.include('fovea models pull <name>').and.to.include('MODEL_MIRROR');
    }
  });

  it('says after an interruption that the same command goes on', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    const code = await runModelsCommand(['pull', 'made-up'], {
      environment: settings(),
      out: () => undefined,
      progress: {
        write: (text) => {
          lines.push(text);
          stop.abort();
        },
      },
      signal: stop.signal,
    });
    expect(code).to.equal(1);
    expect(lines.at(-1)).to.equal(
      'Stopped. What has arrived is kept; the same command goes on from there.\n',
    );
  });
});
