/** `npm run test:stack` where there is nothing to run it with, and its counting. */
import { expect } from 'chai';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

describe('the test of the stack', function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-test-stack-')));
    fs.cpSync('scripts', path.join(folder, 'tree', 'scripts'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'bin'));
  });

  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A tree of the scripts alone, and no program on the path but those that the test put there. */
  async function run(...words: readonly string[]): Promise<Outcome> {
    const tree = path.join(folder, 'tree');
    const child = spawn(process.execPath, words, { cwd: tree, env: { PATH: path.join(folder, 'bin') } });
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
      said: 'fovea: skipped: no Docker engine answers.\n',
    });
  });

  it('skips with the reason where docker has no Compose', async () => {
    const file = path.join(folder, 'bin', 'docker');
    const shell = execFileSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).trim();
    fs.writeFileSync(file, `#!${shell}\n[ "$1" = info ]\n`, { mode: 0o755 });
    const { code, out, said } = await run('scripts/test-stack.mjs');
    fs.rmSync(file);
    expect({ code, out }).to.deep.equal({ code: 0, out: '0 passed, 0 failed, 1 skipped\n' });
    expect(said).to.equal('fovea: skipped: docker has no Compose plugin.\n');
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
      .and.to.contain('fovea: skipped: there is no cat\n');
  });
});
