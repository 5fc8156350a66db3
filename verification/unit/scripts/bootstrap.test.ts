/** The bootstrap from every state a tree can be in: what it does, what it leaves alone, and what it says. */
import { expect } from 'chai';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mainSource, run, start, write } from './small-tree.ts';
import { Workplace } from './workplace.ts';

const installing = 'fovea: installing 3 packages from package-lock.json';
const building = 'fovea: building';

describe('bootstrap', function () {
  // npm and the compiler are started for real, several times.
  this.timeout(120_000);
  let workplace: Workplace;

  before(async () => {
    workplace = await Workplace.create();
  });

  after(() => {
    workplace.remove();
  });

  function snapshot(folder: string): string[] {
    return fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => `${name} ${fs.statSync(path.join(folder, name)).mtimeMs}`)
      .sort();
  }

  it('installs, builds and starts a clean tree, and says so on standard error', () => {
    expect(workplace.firstStart.said).to.contain(installing).and.to.contain(building);
    expect(workplace.firstStart.code).to.equal(0);
  });

  it('hands the words of the command line to the server, in the process that was started', () => {
    expect(JSON.parse(workplace.firstStart.output)).to.deep.equal({
      words: ['serve', '--port', '80'],
      pid: workplace.firstStart.pid,
    });
  });

  it('does nothing the second time, and writes nothing', async () => {
    const tree = workplace.copy('prepared');
    const before = snapshot(tree);
    const again = await run(tree, ['scripts/start.mjs']);
    expect(again.said).to.equal('');
    expect(again.code).to.equal(0);
    expect(snapshot(tree)).to.deep.equal(before);
  });

  it('compiles again when a source changed, without installing', async () => {
    const tree = workplace.copy('prepared');
    write(tree, 'gateway/main.ts', mainSource.replace('process.argv.slice(2)', '"changed"'));
    const again = await run(tree, ['scripts/start.mjs']);
    expect(again.said).to.contain(building).and.not.to.contain('installing');
    expect(again.output).to.contain('"words":"changed"');
  });

  it('leaves no compiled file whose source is gone', async () => {
    const tree = workplace.copy('prepared');
    write(tree, 'gateway/guest.ts', 'export const guest = 1;\n');
    await run(tree, ['scripts/build.mjs']);
    expect(fs.existsSync(path.join(tree, 'dist/gateway/guest.js'))).to.equal(true);
    fs.rmSync(path.join(tree, 'gateway/guest.ts'));
    await run(tree, ['scripts/build.mjs']);
    expect(fs.existsSync(path.join(tree, 'dist/gateway/guest.js'))).to.equal(false);
    expect(fs.existsSync(path.join(tree, 'dist/gateway/main.js'))).to.equal(true);
  });

  for (const [what, damage] of [
    [
      'a compiled file is missing',
      (tree: string) => {
        fs.rmSync(path.join(tree, 'dist/gateway/main.js'));
      },
    ],
    [
      'a compiled file is cut short',
      (tree: string) => {
        fs.truncateSync(path.join(tree, 'dist/gateway/main.js'), 9);
      },
    ],
    [
      'a compiler run by hand left something',
      (tree: string) => {
        write(tree, 'dist/.tsbuildinfo', '{}');
      },
    ],
    [
      'dist/ is a file',
      (tree: string) => {
        fs.rmSync(path.join(tree, 'dist'), { recursive: true });
        write(tree, 'dist', '');
      },
    ],
    [
      'an earlier build was killed',
      (tree: string) => {
        fs.renameSync(path.join(tree, 'dist'), path.join(tree, 'dist.previous'));
        write(tree, 'dist.next/gateway/main.js', 'half');
      },
    ],
  ] as const)
    it(`compiles again when ${what}`, async () => {
      const tree = workplace.copy('prepared');
      damage(tree);
      const again = await run(tree, ['scripts/start.mjs']);
      expect(again.said).to.contain(building).and.not.to.contain('installing');
      expect(again.code).to.equal(0);
      expect(fs.readdirSync(tree).filter((name) => name.startsWith('dist'))).to.deep.equal(['dist']);
    });

  for (const [what, damage] of [
    [
      'a package is missing',
      (tree: string) => {
        fs.rmSync(path.join(tree, 'node_modules/pebble'), { recursive: true });
      },
    ],
    [
      'an install was cut short',
      (tree: string) => {
        for (const name of ['.package-lock.json', '.fovea-installed', 'pebble/package.json'])
          fs.rmSync(path.join(tree, 'node_modules', name));
      },
    ],
    [
      'another version was put in by hand',
      (tree: string) => {
        write(tree, 'node_modules/pebble/package.json', '{"name":"pebble","version":"2.0.0"}');
        fs.rmSync(path.join(tree, 'node_modules/.fovea-installed'));
      },
    ],
  ] as const)
    it(`installs again when ${what}`, async () => {
      const tree = workplace.copy('prepared');
      damage(tree);
      const again = await run(tree, ['scripts/start.mjs']);
      expect(again.said).to.contain(installing).and.not.to.contain(building);
      expect(again.code).to.equal(0);
      const manifest = fs.readFileSync(path.join(tree, 'node_modules/pebble/package.json'), 'utf8');
      expect(JSON.parse(manifest)).to.include({ version: '1.0.0' });
    });

  it('accepts an install made by npm itself when it is exactly the lockfile', async () => {
    const tree = workplace.copy('prepared');
    fs.rmSync(path.join(tree, 'node_modules/.fovea-installed'));
    expect((await run(tree, ['scripts/start.mjs'])).said).to.equal('');
    expect(fs.existsSync(path.join(tree, 'node_modules/.fovea-installed'))).to.equal(true);
  });

  it('takes over the lock of a process that died', async () => {
    const tree = workplace.copy('prepared');
    fs.rmSync(path.join(tree, 'dist'), { recursive: true });
    const ended = await run(tree, ['--eval', '0']);
    write(tree, '.cache/bootstrap.lock', JSON.stringify({ token: 'x', host: os.hostname(), pid: ended.pid }));
    const again = await run(tree, ['scripts/start.mjs']);
    expect(again.code).to.equal(0);
    expect(again.said).not.to.contain('waiting');
  });

  it('prepares once when two start at the same time', async () => {
    const tree = workplace.copy('clean');
    const both = await Promise.all([run(tree, ['scripts/start.mjs']), run(tree, ['scripts/start.mjs'])]);
    const said = both.map((one) => one.said).join('');
    expect(both.map((one) => one.code)).to.deep.equal([0, 0]);
    expect(said.match(/installing .* … \n/g)).to.have.length(1);
    expect(said.match(/building … \n/g)).to.have.length(1);
    expect(fs.readdirSync(path.join(tree, '.cache'))).to.deep.equal([]);
  });

  it('stops at once on SIGTERM, leaves nothing half-made, and goes on the next time', async () => {
    const tree = workplace.copy('prepared');
    write(tree, 'gateway/guest.ts', 'export const guest = 1;\n');
    const stopped = start(tree, ['scripts/start.mjs']);
    await stopped.hasSaid(building);
    stopped.kill('SIGTERM');
    expect(await stopped.finished).to.deep.include({ code: 143, output: '' });
    expect(fs.readdirSync(tree).filter((name) => name.startsWith('dist'))).to.deep.equal(['dist']);
    expect(fs.readdirSync(path.join(tree, '.cache'))).to.deep.equal([]);
    expect((await run(tree, ['scripts/start.mjs'])).code).to.equal(0);
  });
});
