/** The test command's last line and exit status, for every way a run can end. */
import { expect } from 'chai';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSmallTree, run, write } from './small-tree.ts';

const declarations = 'declare const it: any; declare const before: any; declare const process: any;\n';
const passing = "it('passes', () => {});\n";
const failing = "it('fails', () => { throw new Error('on purpose'); });\n";
const skipping = "it('waits for pictures that are absent', function (this: any) { this.skip(); });\n";

describe('the test command', function () {
  this.timeout(120_000);
  let tree: string;

  before(async () => {
    tree = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-test-command-')));
    await createSmallTree(tree);
  });

  after(() => {
    fs.rmSync(tree, { recursive: true, force: true });
  });

  async function runWith(
    source: string,
    words: readonly string[] = [],
  ): Promise<{
    readonly code: number | null;
    readonly lastLine: string | undefined;
    readonly output: string;
  }> {
    write(tree, 'verification/unit/only.test.ts', declarations + source);
    const { code, output } = await run(tree, ['scripts/test.mjs', ...words]);
    return { code, output, lastLine: output.trimEnd().split('\n').at(-1) };
  }

  it('counts what passed and what was skipped, and shows the skipped titles', async () => {
    const { code, lastLine, output } = await runWith(passing + skipping);
    expect({ code, lastLine }).to.deep.equal({ code: 0, lastLine: '1 passed, 0 failed, 1 skipped' });
    expect(output).to.contain('skipped:\n  - waits for pictures that are absent');
  });

  it('fails when a test fails', async () => {
    const { code, lastLine } = await runWith(passing + failing);
    expect({ code, lastLine }).to.deep.equal({ code: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
  });

  it('fails when a hook fails', async () => {
    const { code, lastLine } = await runWith(`before(() => { throw new Error('no ground'); });\n${passing}`);
    expect({ code, lastLine }).to.deep.equal({ code: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  it('leaves the tests of the stack to their containers, unless they are asked for', async () => {
    write(tree, 'verification/stack/other.test.ts', declarations + failing);
    const all = await runWith(passing);
    const asked = await runWith(passing, ['verification/stack']);
    fs.rmSync(path.join(tree, 'verification', 'stack'), { recursive: true });
    expect(all.lastLine).to.equal('1 passed, 0 failed, 0 skipped');
    expect(asked.lastLine).to.equal('0 passed, 1 failed, 0 skipped');
  });

  it('fails when nothing ran', async () => {
    const { code, lastLine } = await runWith(skipping);
    expect({ code, lastLine }).to.deep.equal({ code: 1, lastLine: '0 passed, 1 failed, 1 skipped' });
  });

  it('fails when the process is killed, and keeps the count until then', async () => {
    const { code, lastLine } = await runWith(
      `${passing}it('dies', () => new Promise(() => { process.kill(process.pid, 'SIGKILL'); }));\n`,
    );
    expect({ code, lastLine }).to.deep.equal({ code: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
  });

  it('removes what a test that was killed has left in the folder for temporary files', async () => {
    const { output } = await runWith(
      `it('dies', () => new Promise(() => {
        const { mkdtempSync } = process.getBuiltinModule('node:fs');
        process.stdout.write('left ' + mkdtempSync(process.env.TMPDIR + '/left-') + '\\n', () => {
          process.kill(process.pid, 'SIGKILL');
        });
      }));\n`,
    );
    const left = /^left (.*)$/m.exec(output)?.[1] ?? '';
    expect(left).to.contain('fovea-tests-');
    expect(fs.existsSync(left)).to.equal(false);
  });

  it('hands its words to mocha, and finds the compiled file of a source', async () => {
    write(tree, 'verification/unit/other.test.ts', `${declarations}${failing}`);
    const one = await runWith(passing, ['verification/unit/only.test.ts']);
    expect(one.lastLine).to.equal('1 passed, 0 failed, 0 skipped');
    const folder = await runWith(passing, ['verification/unit', '--grep', 'passes']);
    expect(folder.lastLine).to.equal('1 passed, 0 failed, 0 skipped');
    fs.rmSync(path.join(tree, 'verification/unit/other.test.ts'));
  });
});
