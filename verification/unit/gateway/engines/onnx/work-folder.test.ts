/** Which work folders of the cache are leftovers of a process that has ended. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { makeWorkFolder, removeLeftovers } from '../../../../../gateway/engines/onnx/work-folder.ts';

const hour = 60 * 60 * 1000;

describe('work folders of the cache', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'fovea-work-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** A folder whose name tells of another process than this one. */
  async function folderOf(change: (name: string) => string): Promise<string> {
    const folder = await makeWorkFolder(directory, 'building');
    const renamed = path.join(directory, change(path.basename(folder)));
    await rename(folder, renamed);
    await writeFile(path.join(renamed, 'network.onnx'), 'half');
    return path.basename(renamed);
  }

  const underPid = (pid: number) => (name: string) => name.replace(`-${process.pid}-`, `-${pid}-`);
  const onAnotherHost = (name: string) => name.replace(/-[0-9a-f]{8}-/, '-00000000-');

  it('keeps those of this process and of one that runs', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    try {
      const kept = [
        path.basename(await makeWorkFolder(directory, 'discarded')),
        await folderOf(underPid(other.pid ?? 0)),
      ];
      await removeLeftovers(directory);
      expect(await readdir(directory)).to.have.members(kept);
    } finally {
      other.kill();
    }
  });

  it('removes those of a process that has ended, with what is in them', async () => {
    await folderOf(underPid(spawnSync(process.execPath, ['--version']).pid));
    await removeLeftovers(directory);
    expect(await readdir(directory)).to.deep.equal([]);
  });

  it('removes those of an earlier process with the same number on the same host, as in a container', async () => {
    await folderOf((name) => name.replace(/-\d+-([^-]*)$/, '-1000-$1'));
    await removeLeftovers(directory);
    expect(await readdir(directory)).to.deep.equal([]);
  });

  it('keeps for a day what another host, or nobody known, works in', async () => {
    const foreign = await folderOf(onAnotherHost);
    await mkdir(path.join(directory, '.building-Ab3dEf'));
    for (const age of [23 * hour, 25 * hour]) {
      const written = new Date(Date.now() - age);
      for (const name of [foreign, '.building-Ab3dEf'])
        await utimes(path.join(directory, name), written, written);
      await removeLeftovers(directory);
      expect(await readdir(directory)).to.have.length(age < 24 * hour ? 2 : 0);
    }
  });

  it('touches nothing of another name, however old', async () => {
    for (const name of ['tiny-3-0123456789abcdef', '.hidden', 'building-x']) {
      await mkdir(path.join(directory, name));
      await utimes(path.join(directory, name), 1, 1);
    }
    await removeLeftovers(directory);
    expect(await readdir(directory)).to.have.length(3);
  });

  it('takes a missing directory for an empty one', async () => {
    await removeLeftovers(path.join(directory, 'missing'));
  });
});
