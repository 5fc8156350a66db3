/** What the bootstrap says when it cannot prepare the tree: one sentence with the way out, and a non-zero exit. */
import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import { mainSource, run, write } from './small-tree.ts';
import { Workplace } from './workplace.ts';

describe('bootstrap that cannot go on', function () {
  this.timeout(120_000);
  let workplace: Workplace;

  before(async () => {
    workplace = await Workplace.create();
  });

  after(() => {
    workplace.remove();
  });

  it('names the place of a compile error, refuses to start old code, and keeps dist/ as it was', async () => {
    const tree = workplace.copy('prepared');
    write(tree, 'gateway/main.ts', 'const number: number = "text";\n');
    const failed = await run(tree, ['scripts/start.mjs']);
    expect(failed.code).to.equal(1);
    expect(failed.output).to.equal('');
    expect(failed.said)
      .to.match(/gateway\/main\.ts\(1,7\)/)
      .and.to.contain('the sources do not compile');
    write(tree, 'gateway/main.ts', mainSource);
    expect((await run(tree, ['scripts/start.mjs'])).said).to.equal('');
  });

  it('says what to do when package.json and the lockfile disagree', async () => {
    const tree = workplace.copy('clean');
    edit(tree, 'package.json', (text) => text.replace('"pebble":', '"boulder":"file:pebble.tgz","pebble":'));
    const failed = await run(tree, ['scripts/start.mjs']);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.contain('package.json and package-lock.json disagree; run npm install');
  });

  it('says what to do when the lockfile is gone', async () => {
    const tree = workplace.copy('clean');
    fs.rmSync(path.join(tree, 'package-lock.json'));
    const failed = await run(tree, ['scripts/start.mjs']);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.contain('git checkout -- package-lock.json');
  });

  it('says what to do without a network', async () => {
    const tree = workplace.copy('clean');
    const fromRegistry = (text: string): string =>
      text.replaceAll('"pebble":"file:pebble.tgz"', '"pebble":"1.0.0"');
    edit(tree, 'package.json', fromRegistry);
    edit(tree, 'package-lock.json', (text) =>
      fromRegistry(text)
        .replace('file:pebble.tgz', 'http://127.0.0.1:9/pebble.tgz')
        // npm would find the content by its digest in the cache that an earlier install filled.
        .replaceAll(/,"integrity":"[^"]*"/g, ''),
    );
    const failed = await run(tree, ['scripts/start.mjs']);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.contain('the npm registry could not be reached');
  });

  it('says which folder is not writable (skipped for the superuser, who may write anywhere)', async function () {
    if (process.getuid?.() === 0) this.skip();
    const tree = workplace.copy('clean');
    fs.chmodSync(tree, 0o555);
    const failed = await run(tree, ['scripts/start.mjs']);
    fs.chmodSync(tree, 0o755);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.contain(`${tree} is not writable for you`);
  });

  it('refuses a Node.js that is too old, before anything else', async () => {
    const pretend = "Object.defineProperty(process,'versions',{value:{node:'20.18.1'}})";
    const failed = await run(workplace.copy('clean'), [
      '--import',
      `data:text/javascript,${pretend}`,
      'scripts/start.mjs',
    ]);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.match(/^fovea: needs Node\.js 20\.19 or newer .* this is 20\.18\.1/);
  });
});

function edit(tree: string, name: string, change: (text: string) => string): void {
  write(tree, name, change(fs.readFileSync(path.join(tree, name), 'utf8')));
}
