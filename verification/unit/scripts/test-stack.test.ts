/** `npm run test:stack` where there is nothing to run it with, and its counting. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

const isRoot = process.getuid?.() === 0;

describe('the test of the stack', function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-test-stack-')));
    fs.cpSync('scripts', path.join(folder, 'tree', 'scripts'), { recursive: true });
  });

  beforeEach(() => {
    fs.rmSync(path.join(folder, 'bin'), { recursive: true, force: true });
    fs.rmSync(path.join(folder, 'tree', 'asked'), { force: true });
    fs.mkdirSync(path.join(folder, 'bin'));
  });

  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A program of one line for the path. */
  function program(name: string, script: string): void {
    fs.writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** A tree of the scripts alone, and no program on the path but those that the test put there. */
  async function run(...words: readonly string[]): Promise<Outcome> {
    const tree = path.join(folder, 'tree');
    const env = { PATH: path.join(folder, 'bin'), TMPDIR: folder };
    const child = spawn(process.execPath, words, { cwd: tree, env });
    let out = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, out, said };
  }

  it('skips with the reason where no Docker engine answers', async () => {
    expect(await run('scripts/test-stack.mjs')).to.deep.equal({
      code: 0,
      out: '0 passed, 0 failed, 1 skipped\n',
      said: 'stack: skipped (no Docker engine answers)\n',
    });
  });

  it('ends when everything is said, whatever a check has left waiting', async () => {
    const checks = path.join(folder, 'tree', 'scripts', 'stack', 'checks.mjs');
    const text = fs.readFileSync(checks, 'utf8');
    fs.writeFileSync(checks, `${text}\nsetInterval(() => undefined, 1000);\n`);
    const { code, out } = await run('scripts/test-stack.mjs');
    fs.writeFileSync(checks, text);
    expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
  });

  it('refuses to run beside another one, whose containers bear the same names', async () => {
    const lock = path.join(folder, 'fovea-test-stack.lock');
    fs.writeFileSync(lock, JSON.stringify({ token: 'other', host: 'elsewhere', pid: 4711 }));
    const { code, out, said } = await run('scripts/test-stack.mjs');
    const isKept = fs.existsSync(lock);
    fs.rmSync(lock);
    expect({ code, out, isKept }).to.deep.equal({
      code: 1,
      out: '0 passed, 1 failed, 0 skipped\n',
      isKept: true,
    });
    expect(said).to.equal(
      `fovea: the stack is being tested by process 4711 on elsewhere; wait for its end, or remove ${lock} if nobody does.\n`,
    );
  });

  it('skips with the reason where docker has no Compose', async () => {
    program('docker', '[ "$1" = info ]');
    const { code, out, said } = await run('scripts/test-stack.mjs');
    expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
    expect(said).to.equal('stack: skipped (docker has no Compose plugin)\n');
  });

  it('skips with the reason where the base image cannot be had', async () => {
    program('docker', '[ "$1" = info ] || [ "$2" = version ]');
    const { code, out, said } = await run('scripts/test-stack.mjs');
    expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
    expect(said).to.equal(
      'stack: skipped (the base image node:20-bookworm-slim is not here and cannot be pulled)\n',
    );
  });

  describe(`beside a tool that starts engines${isRoot ? '' : ' (skipped: only root can start one)'}`, () => {
    before(function () {
      if (!isRoot) this.skip();
      fs.mkdirSync(path.join(folder, 'shared', 'tools'), { recursive: true });
    });
    beforeEach(() => {
      program('bash', 'exec /bin/sh "$@"');
    });

    const tool = (script: string): void => {
      fs.writeFileSync(
        path.join(folder, 'shared', 'tools', 'containers.sh'),
        `echo "$1" >>asked\n${script}\n`,
      );
    };
    const asked = (): string => fs.readFileSync(path.join(folder, 'tree', 'asked'), 'utf8');

    it('skips when the tool starts none, and takes back what it began', async () => {
      tool('case $1 in env) echo export DOCKER_HOST=nowhere ;; up) echo no mirror; exit 1 ;; esac');
      const { code, out, said } = await run('scripts/test-stack.mjs');
      expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
      expect(said)
        .to.contain('no mirror\n')
        .and.to.contain('stack: skipped (no Docker engine answers, and none could be started)\n');
      expect(asked()).to.equal('env\nup\ndown\n');
    });

    it('skips where the tool itself does not run', async () => {
      tool('exit 2');
      const { code, out, said } = await run('scripts/test-stack.mjs');
      expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
      expect(said).to.equal('stack: skipped (no Docker engine answers, and none can be started here)\n');
      expect(asked()).to.equal('env\n');
    });

    it('fails when the stack does, and stops the engine that it has started', async () => {
      // An engine that is there once it was started, and whose every container fails.
      tool('case $1 in env) echo export DOCKER_HOST=nowhere ;; up) : >started ;; esac');
      program('docker', 'case "$*" in info) [ -e started ] ;; *) echo broken; exit 1 ;; esac');
      fs.mkdirSync(path.join(folder, 'tree', 'models', 'cifar10-resnet'), { recursive: true });
      const { code, out, said } = await run('scripts/test-stack.mjs');
      expect({ code, out }).to.deep.equal({ code: 1, out: '0 passed, 1 failed, 0 skipped\n' });
      expect(said).to.contain('fovea: failed: the Compose files are valid\nbroken\n');
      expect(asked()).to.equal('env\nup\ndown\n');
    });
  });

  for (const words of [['--minutes'], ['--minutes', 'many'], ['--minutes', '0'], ['--hours', '1']])
    it(`refuses ${words.join(' ')} and says what there is`, async () => {
      const { code, said } = await run('scripts/test-stack.mjs', ...words);
      expect(code).to.equal(2);
      expect(said).to.contain('Usage: npm run test:stack');
    });

  it('counts what passed, failed and could not be made, and says why', async () => {
    const checklist = pathToFileURL(path.join(folder, 'tree', 'scripts', 'stack', 'checklist.mjs')).href;
    const source = `
      import { Checklist, Unavailable } from ${JSON.stringify(checklist)};
      const list = new Checklist();
      const results = [
        await list.check('one', async () => {}),
        await list.check('two', async () => { throw new Error('it broke'); }),
        await list.check('three', async () => { throw new Unavailable('there is no cat'); }),
      ];
      console.log(JSON.stringify([results, list.hasFailed, list.countingLine]));`;
    const { out, said } = await run('--input-type=module', '--eval', source);
    expect(JSON.parse(out)).to.deep.equal([[true, false, false], true, '1 passed, 1 failed, 1 skipped']);
    expect(said)
      .to.contain('fovea: failed: two\nit broke\n')
      .and.to.contain('stack: skipped (there is no cat)\n');
  });
});
