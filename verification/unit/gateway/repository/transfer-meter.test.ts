/** Rate and time left, on a clock of the test's own. */
import { expect } from 'chai';

import { createTransferMeter, type PullProgress } from '../../../../gateway/repository/transfer-meter.ts';

describe('createTransferMeter', () => {
  let time = 0;
  let last: PullProgress | undefined;
  const meter = (): ReturnType<typeof createTransferMeter> => {
    time = 0;
    return createTransferMeter({
      model: 'm',
      version: 1,
      onProgress: (progress) => (last = progress),
      now: () => time,
    });
  };

  it('tells rate and time left once there is enough to tell', () => {
    const transfer = meter();
    transfer.begin('somewhere', 10_000);
    time = 100;
    transfer.moved(1_000, 1_000);
    expect(last).to.include({ bytes: 1_000, bytesPerSecond: undefined, secondsLeft: undefined });
    time = 1_000;
    transfer.moved(2_000, 1_000);
    expect(last).to.include({ bytes: 2_000, totalBytes: 10_000, bytesPerSecond: 2_000, secondsLeft: 4 });
  });

  it('does not count bytes that an earlier pull has brought as speed', () => {
    const transfer = meter();
    transfer.begin('somewhere', 10_000);
    transfer.moved(8_000, 0);
    time = 1_000;
    transfer.moved(8_500, 500);
    expect(last).to.include({ bytes: 8_500, bytesPerSecond: 500, secondsLeft: 3 });
  });

  it('follows a change of speed within seconds', () => {
    const transfer = meter();
    transfer.begin('somewhere', undefined);
    let position = 0;
    for (let second = 1; second <= 30; second += 1) {
      const gained = second <= 20 ? 1_000_000 : 1_000;
      position += gained;
      time = second * 1_000;
      transfer.moved(position, gained);
    }
    expect(last).to.include({ bytesPerSecond: 1_000, secondsLeft: undefined });
  });
});
