/** What is known of the GPUs, when it is asked for, and what happens where there is none. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { GpuMeter, type GpuState } from '../../../../gateway/telemetry/gpu-meter.ts';
import { TemporaryFolders } from '../../../support/made-up-model.ts';

describe('the meter of the GPUs', () => {
  const folders = new TemporaryFolders();
  let time: number;
  let meter: GpuMeter;
  let asked: string;

  beforeEach(() => {
    time = 0;
  });
  afterEach(() => {
    meter.close();
  });
  after(() => folders.remove());

  /** A program that stands in for nvidia-smi and writes down each time it is asked. */
  async function meterOf(script: string): Promise<GpuMeter> {
    const folder = await folders.make();
    asked = path.join(folder, 'asked');
    const command = path.join(folder, 'nvidia-smi');
    await writeFile(command, `#!/bin/sh\necho "$*" >> ${asked}\n${script}\n`, { mode: 0o755 });
    meter = new GpuMeter({ command, now: () => time });
    return meter;
  }

  const questions = async (): Promise<readonly string[]> =>
    (await readFile(asked, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it('says nothing at first, and the mean of all GPUs once it knows', async () => {
    const { read } = { read: (await meterOf("printf '50\\n100\\n'")).read.bind(meter) };
    expect(read()).to.deep.equal({ isAvailable: false, utilization: null });
    await until(() => read().isAvailable);
    expect(read()).to.deep.equal({ isAvailable: true, utilization: 0.75 });
    expect(await questions()).to.deep.equal(['--query-gpu=utilization.gpu --format=csv,noheader,nounits']);
  });

  it('asks once a second at most, however often it is read', async () => {
    await meterOf('echo 0');
    meter.read();
    await until(() => meter.read().isAvailable);
    for (let times = 0; times < 100; times += 1) meter.read();
    time = 999;
    meter.read();
    expect(await questions()).to.have.length(1);
    time = 1000;
    meter.read();
    await until(async () => (await questions()).length === 2);
  });

  const answers: readonly (readonly [string, string, GpuState])[] = [
    ['a GPU that is cut into several', 'echo "[N/A]"', { isAvailable: true, utilization: null }],
    ['a GPU with nothing to do', 'echo 0', { isAvailable: true, utilization: 0 }],
    ['one GPU that answers of two', "printf '[N/A]\\n40\\n'", { isAvailable: true, utilization: 0.4 }],
    ['a driver that has failed', 'echo "it has failed"; exit 9', { isAvailable: false, utilization: null }],
    ['an answer without a line', ':', { isAvailable: false, utilization: null }],
  ];
  for (const [what, script, expected] of answers) {
    it(`knows ${what}`, async () => {
      await meterOf(script);
      meter.read();
      await until(async () => (await questions()).length === 1);
      await until(() => expected.isAvailable === meter.read().isAvailable);
      expect(meter.read()).to.deep.equal(expected);
    });
  }

  it('asks a driver that has failed a minute later, and tells it no secrets', async () => {
    process.env['API_KEY'] = 'of-the-test';
    try {
      await meterOf('echo "${API_KEY:-nothing}" >> "$0".environment; exit 9');
      meter.read();
      await until(async () => (await questions()).length === 1);
      const told = path.join(path.dirname(asked), 'nvidia-smi.environment');
      await until(async () => (await readFile(told, 'utf8').catch(() => '')) !== '');
      expect(await readFile(told, 'utf8')).to.equal('nothing\n');
      time = 59_999;
      meter.read();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await questions()).to.have.length(1);
    } finally {
      delete process.env['API_KEY'];
    }
  });

  it('knows that there is none where the program is missing, and does not ask again', async () => {
    meter = new GpuMeter({ command: '/nowhere/nvidia-smi', now: () => time });
    meter.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    time = 1e9;
    expect(meter.read()).to.deep.equal({ isAvailable: false, utilization: null });
  });
});
