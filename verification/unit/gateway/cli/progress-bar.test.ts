/** Progress lines fit the terminal and come seldom where each would be kept. */
import { expect } from 'chai';

import {
  createProgressBar,
  formatBytes,
  formatSeconds,
  progressLine,
} from '../../../../gateway/cli/progress-bar.ts';
import type { PullProgress } from '../../../../gateway/repository/transfer-meter.ts';

const half: PullProgress = {
  model: 'm',
  version: 1,
  stage: 'transfer',
  source: 'somewhere',
  bytes: 51_000_000,
  totalBytes: 102_000_000,
  bytesPerSecond: 3_400_000,
  secondsLeft: 15,
};

describe('progressLine', () => {
  it('shows share, amount, rate and time left', () => {
    expect(progressLine(half, 120)).to.equal(
      `[${'#'.repeat(15)}${'-'.repeat(15)}] pulling m/1 50 % (51.0 MB of 102 MB, 3.4 MB/s, 15 s left)`,
    );
  });

  for (const columns of [10, 40, 60, 70, 80, 200]) {
    it(`stays within ${columns} columns`, () => {
      expect(progressLine(half, columns).length).to.be.lessThan(columns);
    });
  }
});

describe('createProgressBar', () => {
  it('writes a line every five seconds where the output is kept', () => {
    let written = '';
    let time = 0;
    const bar = createProgressBar({ write: (text) => (written += text) }, () => time);
    for (time = 0; time <= 12_000; time += 100) {
      bar.show(half);
    }
    bar.show({ ...half, stage: 'verify' });
    bar.finish();
    const lines = written.trimEnd().split('\n');
    expect(lines).to.have.length(4);
    expect(lines.at(-1)).to.equal('verifying m/1');
  });
});

describe('on a terminal that does not know its width', () => {
  for (const columns of [undefined, 0]) {
    it(`assumes eighty columns when it says ${columns}`, () => {
      let written = '';
      const bar = createProgressBar({ isTTY: true, columns, write: (text) => (written += text) }, () => 0);
      bar.show(half);
      expect(written).to.equal(`\r\u001b[K${progressLine(half, 80)}`);
    });
  }
});

describe('a transfer that is over at once', () => {
  it('is shown whole, once, where the output is kept', () => {
    let written = '';
    const bar = createProgressBar({ write: (text) => (written += text) }, () => 0);
    for (const bytes of [0, 51_000_000, 102_000_000, 102_000_000]) {
      bar.show({ ...half, bytes, bytesPerSecond: undefined, secondsLeft: undefined });
    }
    bar.show({ ...half, stage: 'convert' });
    bar.finish();
    expect(written).to.equal(
      'pulling m/1 0 % (0 B of 102 MB)\npulling m/1 100 % (102 MB of 102 MB)\nconverting m/1\n',
    );
  });
});

describe('formatting', () => {
  it('rounds bytes without ever showing 1000 of a unit', () => {
    expect([0, 999, 1_000, 99_949, 99_950, 999_499, 999_500, 102_387_372].map(formatBytes)).to.deep.equal([
      '0 B',
      '999 B',
      '1.0 kB',
      '99.9 kB',
      '100 kB',
      '999 kB',
      '1.0 MB',
      '102 MB',
    ]);
  });

  it('writes durations in two units at most', () => {
    expect([0.2, 59.5, 125, 3_725].map(formatSeconds)).to.deep.equal([
      '1 s',
      '1 min 0 s',
      '2 min 5 s',
      '1 h 2 min',
    ]);
  });
});
