/** `fovea convert` that is stopped in the middle leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { writeResnet50 } from '../../benchmarks/graphs/resnet50-checkpoint.ts';

describe('fovea convert, stopped', function () {
  this.timeout(60_000);
  let work = '';

  before(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-stopped-'));
    // Large enough that the signal comes long before the end.
    await writeResnet50(path.join(work, 'resnet50.safetensors'));
    await mkdir(path.join(work, 'models'));
  });

  after(async () => {
    await rm(work, { recursive: true, force: true });
  });

  it('takes away what it had begun, says so and exits 1', async () => {
    const program = path.resolve('dist', 'gateway', 'main.js');
    const [weights, output] = [path.join(work, 'resnet50.safetensors'), path.join(work, 'models')];
    const words = ['convert', '--weights', weights, '--output', output, '--format', 'both'];
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const closed = once(child, 'close');
    while ((await readdir(output)).length === 0 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill('SIGINT');
    const [code] = (await closed) as [number | null];
    expect(code).to.equal(1);
    expect(said).to.match(/fovea: Stopped; nothing was written\.\n$/);
    expect(await readdir(output)).to.deep.equal([]);
  });
});
