/** Pulling from real servers and folders: what is right is installed, what is wrong leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import type { PullProgress } from '../../../../gateway/repository/transfer-meter.ts';
import { archiveOf, noise, writeFiles } from '../../../support/made-up-model.ts';
import { archiveAt, filesAt, PullFixture } from './pull-fixture.ts';

describe('pullModel', () => {
  const fixture = new PullFixture();
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  it('installs from an archive whose version folder lies at any depth', async () => {
    const server = await fixture.archiveServer(archiveOf(fixture.files));
    const pulled = await fixture.pull({ sources: [archiveAt(server)] });
    expect(pulled).to.deep.equal([
      { version: 7, outcome: 'installed', source: `${server.address}/made-up.tar.gz` },
    ]);
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
  });

  it('installs from single files', async () => {
    const server = await fixture.filesServer();
    await fixture.pull({ sources: [filesAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    expect(server.requests.map((request) => request.path)).to.have.members(
      Object.keys(fixture.files).map((filePath) => `/files/${filePath}`),
    );
  });

  it('says so when the folder cannot be made, even where making it keeps Node.js busy for ever', async function () {
    if (process.platform !== 'linux') this.skip();
    fixture.folder = '/proc/fovea/made-up';
    const server = await fixture.filesServer();
    expect(await fixture.refusal({ sources: [filesAt(server)] })).to.match(
      /^The folder \/proc\/fovea\/made-up cannot be written: .*MODELS_DIR\.$/,
    );
  });

  it('follows a redirect', async () => {
    const target = await fixture.archiveServer(archiveOf(fixture.files));
    const server = await fixture.archiveServer(Buffer.alloc(0), {
      redirect: `${target.address}/made-up.tar.gz`,
    });
    await fixture.pull({ sources: [archiveAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });

  it('gives up on a server that redirects in a circle', async () => {
    const server = await fixture.archiveServer(Buffer.alloc(0), { redirect: '/made-up.tar.gz' });
    expect(await fixture.refusal({ sources: [archiveAt(server)] })).to.include('redirects more than 5 times');
    expect(server.requests).to.have.length(6);
  });

  it('prefers the mirror folder, with the version folder in it or with the archive', async () => {
    for (const content of [
      Object.fromEntries(Object.entries(fixture.files).map(([name, bytes]) => [`made-up/${name}`, bytes])),
      { 'made-up.tar.gz': archiveOf(fixture.files) },
    ]) {
      await fixture.end();
      await fixture.begin();
      const server = await fixture.archiveServer(archiveOf(fixture.files));
      const mirror = await fixture.folders.make();
      await writeFiles(mirror, content);
      await fixture.pull({ sources: [archiveAt(server)], mirror });
      expect(await fixture.installed()).to.deep.equal(fixture.files);
      expect(server.requests).to.deep.equal([]);
    }
  });

  it('goes on to the server when the mirror holds the model in part or wrongly', async () => {
    const server = await fixture.filesServer();
    const mirror = await fixture.folders.make();
    await writeFiles(path.join(mirror, 'made-up'), { '7/saved_model.pb': noise(3_000, 'another graph') });
    await fixture.pull({ sources: [filesAt(server)], mirror });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });

  it('leaves a right installation alone and replaces a wrong one', async () => {
    const server = await fixture.filesServer();
    await fixture.pull({ sources: [filesAt(server)] });
    const requestsBefore = server.requests.length;
    const again = await fixture.pull({ sources: [filesAt(server)] });
    expect(again).to.deep.equal([{ version: 7, outcome: 'already-installed', source: undefined }]);
    expect(server.requests).to.have.length(requestsBefore);

    await writeFile(path.join(fixture.folder, '7/saved_model.pb'), 'damaged');
    await fixture.pull({ sources: [filesAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
  });

  it('asks for nothing but to read when all is installed, and for no lock', async () => {
    const server = await fixture.filesServer();
    await fixture.pull({ sources: [filesAt(server)] });
    const owner = { pid: 1, host: 'another-machine', processStart: 1, since: '2020-01-01T00:00:00Z' };
    await writeFile(path.join(fixture.folder, '.pull.lock'), JSON.stringify(owner));
    const [again] = await fixture.pull({ sources: [filesAt(server)] });
    expect(again?.outcome).to.equal('already-installed');
  });

  it('keeps a wrong installation when nothing better can be had', async () => {
    await writeFiles(fixture.folder, { '7/saved_model.pb': noise(9, 'old') });
    const server = await fixture.filesServer({ status: 500 });
    await fixture.refusal({ sources: [filesAt(server)] });
    expect(await fixture.installed()).to.deep.equal({ '7/saved_model.pb': noise(9, 'old') });
  });

  it('tries the next source when one answers 404, corrupts or refuses connections', async () => {
    const absent = await fixture.archiveServer(archiveOf(fixture.files), { status: 404 });
    const corrupt = await fixture.filesServer({ corruptByte: 100 });
    const dead = await fixture.archiveServer(Buffer.alloc(0));
    await dead.close();
    const good = await fixture.archiveServer(archiveOf(fixture.files));
    const sources = [archiveAt(absent), filesAt(corrupt), archiveAt(dead), archiveAt(good)];
    const [pulled] = await fixture.pull({ sources });
    expect(pulled?.source).to.equal(`${good.address}/made-up.tar.gz`);
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
  });

  it('refuses corrupt files and leaves nothing of them', async () => {
    const server = await fixture.filesServer({ corruptByte: 100 });
    const sentence = await fixture.refusal({ sources: [filesAt(server)] });
    for (const filePath of Object.keys(fixture.files)) {
      expect(sentence).to.include(`${filePath.slice(2)} has the wrong content`);
    }
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('refuses a corrupt archive and leaves nothing of it', async () => {
    const server = await fixture.archiveServer(archiveOf(fixture.files), { corruptByte: 200_000 });
    await fixture.refusal({ sources: [archiveAt(server)] });
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('refuses a file of another size before downloading it', async () => {
    const server = await fixture.filesServer();
    server.serve('/files/7/saved_model.pb', noise(3_001, 'graph'));
    const sentence = await fixture.refusal({ sources: [filesAt(server)] });
    expect(sentence).to.include('it has 3001 bytes where the manifest says 3000');
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('names the files that an archive lacks', async () => {
    const server = await fixture.archiveServer(archiveOf({ '7/saved_model.pb': noise(3_000, 'graph') }));
    const sentence = await fixture.refusal({ sources: [archiveAt(server)] });
    expect(sentence).to.include('variables/variables.index is missing');
    expect(sentence).to.include('variables/variables.data-00000-of-00001 is missing');
  });

  it('says when offline which sources were tried and that MODEL_MIRROR is the way out', async () => {
    const server = await fixture.archiveServer(Buffer.alloc(0));
    await server.close();
    const sources = [archiveAt(server), { kind: 'files', baseUrl: 'http://models.invalid/x' } as const];
    const sentence = await fixture.refusal({ sources });
    expect(sentence).to.include(`${server.address}/made-up.tar.gz: the host refuses connections`);
    expect(sentence).to.match(
      /http:\/\/models\.invalid\/x: the host name (is not known|could not be looked up)/,
    );
    expect(sentence).to.include('set MODEL_MIRROR to a folder that holds made-up/7/ or made-up.tar.gz');
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('says what to do when the manifest names no source', async () => {
    expect(await fixture.refusal({})).to.match(
      /names no source; set MODEL_MIRROR to a folder that holds made-up\/7\//,
    );
  });

  it('reports bytes, total, stages and in the end all bytes', async () => {
    const seen: PullProgress[] = [];
    const server = await fixture.filesServer();
    await fixture.pull({ sources: [filesAt(server)], onProgress: (progress) => seen.push(progress) });
    const transfers = seen.filter(({ stage }) => stage === 'transfer');
    expect(new Set(transfers.map(({ totalBytes }) => totalBytes))).to.deep.equal(new Set([403_700]));
    expect(transfers.at(-1)?.bytes).to.equal(403_700);
    const positions = transfers.map(({ bytes }) => bytes);
    expect(positions).to.deep.equal([...positions].sort((first, second) => first - second));
    expect(seen.at(-1)?.stage).to.equal('verify');
  });

  describe('with a lock', () => {
    it('refuses a second pull of the same model while one runs', async () => {
      const server = await fixture.filesServer({ pauseMilliseconds: 5 });
      const outcomes = await Promise.all([
        fixture.pull({ sources: [filesAt(server)] }).then(() => 'installed', String),
        fixture.pull({ sources: [filesAt(server)] }).then(() => 'installed', String),
      ]);
      expect(outcomes.filter((outcome) => outcome === 'installed')).to.have.length(1);
      expect(outcomes.join(' ')).to.include(`Another command is changing made-up (process ${process.pid}`);
      expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
    });

    it('takes over the lock of a process that has died, also one of the same number before a restart', async () => {
      const dead = spawnSync(process.execPath, ['-e', '']).pid;
      for (const pid of [dead, process.pid]) {
        await rm(path.join(fixture.folder, '7'), { recursive: true, force: true });
        const owner = { pid, host: hostname(), processStart: 1, since: '2020-01-01T00:00:00Z' };
        await writeFile(path.join(fixture.folder, '.pull.lock'), JSON.stringify(owner));
        const server = await fixture.filesServer();
        await fixture.pull({ sources: [filesAt(server)] });
        expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
      }
    });

    it('respects the lock of another machine and says which file to delete', async () => {
      const lock = path.join(fixture.folder, '.pull.lock');
      const owner = { pid: 1, host: 'another-machine', processStart: 1, since: '2020-01-01T00:00:00Z' };
      await writeFile(lock, JSON.stringify(owner));
      const sentence = await fixture.refusal({ sources: [] });
      expect(sentence).to.include('process 1 on another-machine').and.to.include(`delete ${lock}`);
    });
  });

  it('says what to do when a file lies where a folder is needed', async () => {
    fixture.folder = path.join(fixture.folder, 'labels.txt', 'made-up');
    expect(await fixture.refusal({ sources: [] })).to.match(
      /a part of its path is a file.*correct MODELS_DIR\.$/,
    );
  });

  it('installs into a folder that is reached through a symbolic link', async () => {
    const server = await fixture.filesServer();
    const real = await fixture.folders.make();
    const link = path.join(await fixture.folders.make(), 'link');
    await mkdir(path.join(real, 'made-up'));
    await symlink(path.join(real, 'made-up'), link);
    fixture.folder = link;
    await fixture.pull({ sources: [filesAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });
});
