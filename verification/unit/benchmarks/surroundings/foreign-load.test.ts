/** What `/proc` says about who uses the processors. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import {
  parseCpuTicks,
  parseProcessTicks,
  shareOfOthers,
  watchForeignLoad,
} from '../../../../benchmarks/surroundings/foreign-load.ts';

describe('foreign load', () => {
  it('reads total and idle time of all processors', () => {
    const text = 'cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
    expect(parseCpuTicks(text)).to.deep.equal({ total: 621, idle: 450 });
  });

  it('reads group and time of a process whatever its name is', () => {
    const fields = 'S 1 4321 4321 0 -1 4194304 100 0 0 0 50 25 4 1 20 0 1 0 12345 1000 10';
    expect(parseProcessTicks(`99 (a (b) c) ${fields}`)).to.deep.equal({ group: 4321, ticks: 80 });
  });

  it('is what is busy without what this process group used', () => {
    const before = { total: 1000, busy: 500, own: 100 };
    expect(shareOfOthers(before, { total: 1200, busy: 650, own: 150 })).to.equal(0.5);
    expect(shareOfOthers(before, { total: 1200, busy: 600, own: 201 })).to.equal(0);
    expect(shareOfOthers(before, before)).to.equal(0);
  });

  it('is a share of this machine (on systems with /proc)', async function () {
    if (!existsSync('/proc/stat')) this.skip();
    const shareSince = await watchForeignLoad();
    await once(spawn(process.execPath, ['-e', '0']), 'exit');
    expect(await shareSince()).to.be.within(0, 1);
  });
});
