/** The commit hook in a real repository: what it runs, and that its verdict decides about the commit. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Writes down how it was called; fails while the file `bad` exists beside it. */
const fakeNpm = `#!/bin/sh
here=$(dirname "$0")
{ pwd; echo "$@"; env | grep ^GIT_INDEX_FILE= ; echo called; } > "$here/calls"
test ! -e "$here/bad"
`;

describe('the commit hook', function () {
  this.timeout(30_000);
  let root: string;
  let tree: string;
  let tools: string;

  const git = (words: readonly string[], folder = tree): Promise<Outcome> =>
    new Promise((resolve) => {
      const { PATH = '' } = process.env;
      const env = { PATH: `${tools}${path.delimiter}${PATH}`, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
      execFile('git', [...words], { cwd: folder, env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : 1, output: out + err });
      });
    });
  const commits = async (): Promise<number> => Number((await git(['rev-list', '--count', '--all'])).output);

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'fovea-hook-')));
    [tree, tools] = [path.join(root, 'tree'), path.join(root, 'tools')];
    await mkdir(path.join(tree, '.githooks'), { recursive: true });
    await mkdir(path.join(tree, 'deep'));
    await mkdir(tools);
    await writeFile(path.join(tools, 'npm'), fakeNpm);
    await chmod(path.join(tools, 'npm'), 0o755);
    await copyFile(path.resolve('.githooks', 'pre-commit'), path.join(tree, '.githooks', 'pre-commit'));
    await git(['init', '--quiet']);
    await git(['config', 'core.hooksPath', '.githooks']);
    await git(['config', 'user.name', 'A Tester']);
    await git(['config', 'user.email', 'tester@example.org']);
    await writeFile(path.join(tree, 'deep', 'file'), 'content');
    await git(['add', '.']);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('runs the check at the root of the tree, without git’s own variables, and lets the commit pass', async () => {
    const { code, output } = await git(['commit', '--quiet', '-m', 'first'], path.join(tree, 'deep'));
    expect(output).to.equal('');
    expect(code).to.equal(0);
    const [place, words, ...rest] = (await readFile(path.join(tools, 'calls'), 'utf8')).trim().split('\n');
    expect(place).to.equal(tree);
    expect(words).to.match(/^run .*\bcheck\b/);
    expect(rest).to.deep.equal(['called']);
    expect(await commits()).to.equal(1);
  });

  it('stops the commit when the check fails', async () => {
    await writeFile(path.join(tools, 'bad'), '');
    const { code } = await git(['commit', '--quiet', '-m', 'first']);
    expect(code).to.equal(1);
    expect(await commits()).to.equal(0);
  });

  it('asks only for steps that the check knows', async () => {
    await git(['commit', '--quiet', '-m', 'first']);
    const [, words = ''] = (await readFile(path.join(tools, 'calls'), 'utf8')).split('\n');
    const steps = words.split(' -- ')[1]?.split(' ') ?? [];
    const known = await readFile(path.resolve('scripts', 'check.mjs'), 'utf8');
    for (const step of steps) expect(known, step).to.match(new RegExp(`^  ${step}: \\(\\) =>`, 'm'));
    expect(steps).to.include.members(['format', 'lint']);
  });
});
