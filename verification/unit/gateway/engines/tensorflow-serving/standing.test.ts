/** Faults in a row, and trials in growing pauses, on a clock that the test holds. */
import { expect } from 'chai';
import { Standing } from '../../../../../gateway/engines/tensorflow-serving/standing.ts';

const cause = new Error('no answer');

describe('a standing', () => {
  let now: number;
  let heard: string[];
  let standing: Standing;
  beforeEach(() => {
    now = 5000;
    heard = [];
    standing = new Standing({
      clock: { now: () => now },
      onLost: () => heard.push('lost'),
      onRegained: () => heard.push('regained'),
    });
  });

  const fail = (times: number): void => {
    for (let k = 0; k < times; k += 1) standing.failed(cause);
  };

  it('is lost after three faults in a row, and not before', () => {
    fail(2);
    standing.succeeded();
    fail(2);
    expect(standing).to.include({ isGood: true, isSpotless: false });
    expect(standing.takeTrial()).to.equal(false);
    fail(1);
    expect(standing.isGood).to.equal(false);
    expect(heard).to.deep.equal(['lost']);
  });

  it('is tried by one request after a second, then after pauses that double up to half a minute', () => {
    fail(3);
    const pauses: number[] = [];
    for (let last = now; pauses.length < 7; now += 500) {
      if (!standing.takeTrial()) continue;
      expect(standing.takeTrial(), 'a second one at once').to.equal(false);
      fail(1);
      pauses.push(now - last);
      last = now;
    }
    expect(pauses).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(heard).to.deep.equal(['lost']);
  });

  it('can be lost at once, and is regained like any other', () => {
    standing.lose(cause);
    expect(standing.isGood).to.equal(false);
    expect(standing.takeTrial()).to.equal(false);
    now += 1000;
    expect(standing.takeTrial()).to.equal(true);
    standing.succeeded();
    expect(standing.isGood).to.equal(true);
    expect(heard).to.deep.equal(['lost', 'regained']);
  });

  it('is regained by one good answer, and tried after a second the next time', () => {
    fail(3);
    now += 1000;
    expect(standing.takeTrial()).to.equal(true);
    standing.succeeded();
    expect(standing).to.include({ isGood: true, isSpotless: true });
    expect(heard).to.deep.equal(['lost', 'regained']);
    fail(3);
    now += 999;
    expect(standing.takeTrial()).to.equal(false);
    now += 1;
    expect(standing.takeTrial()).to.equal(true);
  });

  it('is told now and then only where it is lost and regained all the time', () => {
    for (let k = 0; k < 100; k += 1) {
      fail(3);
      standing.succeeded();
      now += 100;
    }
    expect(heard).to.deep.equal(['lost', 'regained']);
    now += 30_000;
    fail(3);
    expect(heard).to.deep.equal(['lost', 'regained', 'lost']);
  });

  it('that is lost for good so soon after a loss that nobody hears of it is told a little later', () => {
    fail(3);
    standing.succeeded();
    now += 100;
    fail(3);
    expect(heard).to.deep.equal(['lost', 'regained']);
    for (const end = now + 3_600_000; now < end; now += 500) if (standing.takeTrial()) fail(1);
    expect(heard).to.deep.equal(['lost', 'regained', 'lost']);
    standing.succeeded();
    expect(heard).to.deep.equal(['lost', 'regained', 'lost', 'regained']);
  });
});
