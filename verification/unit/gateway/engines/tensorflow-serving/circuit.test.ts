/** The circuit on a clock that the test holds. */
import { expect } from 'chai';
import type { Timer } from '../../../../../gateway/clock.ts';
import { Circuit } from '../../../../../gateway/engines/tensorflow-serving/circuit.ts';

interface Waiting {
  readonly milliseconds: number;
  readonly callback: () => void;
}

/** Whatever waits waits until the test lets it go. */
class HeldClock implements Timer {
  waiting: Waiting[] = [];
  readonly pauses: number[] = [];

  after(milliseconds: number, callback: () => void): () => void {
    const entry = { milliseconds, callback };
    this.waiting.push(entry);
    this.pauses.push(milliseconds);
    return () => {
      this.waiting = this.waiting.filter((one) => one !== entry);
    };
  }

  /** Lets all that wait go, and what follows from it settle. */
  async elapse(): Promise<void> {
    for (const { callback } of this.waiting.splice(0)) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const cause = new Error('refused');

describe('a circuit', () => {
  let clock: HeldClock;
  let answers: boolean;
  let probes: number;
  let heard: string[];
  let circuit: Circuit;
  beforeEach(() => {
    clock = new HeldClock();
    answers = false;
    probes = 0;
    heard = [];
    circuit = new Circuit({
      failuresToOpen: 3,
      clock,
      probe: async () => {
        probes += 1;
        if (!answers) throw cause;
      },
      onLost: () => heard.push('lost'),
      onRegained: () => heard.push('regained'),
    });
  });

  const fail = (times: number): void => {
    for (let k = 0; k < times; k += 1) circuit.failed(cause);
  };

  it('opens after three failures in a row, and not before', () => {
    fail(2);
    circuit.succeeded();
    fail(2);
    expect(circuit.isOpen).to.equal(false);
    fail(1);
    expect(circuit.isOpen).to.equal(true);
  });

  it('asks in pauses that grow from an eighth of a second to one', async () => {
    fail(3);
    for (let k = 0; k < 7; k += 1) await clock.elapse();
    expect(clock.pauses).to.deep.equal([125, 250, 500, 1000, 1000, 1000, 1000, 1000]);
    expect(probes).to.equal(7);
    expect(circuit.isOpen).to.equal(true);
  });

  it('closes on the first answer, and begins with the shortest pause next time', async () => {
    fail(3);
    await clock.elapse();
    answers = true;
    await clock.elapse();
    expect(circuit.isOpen).to.equal(false);
    expect(clock.waiting).to.deep.equal([]);
    fail(3);
    expect(clock.pauses.at(-1)).to.equal(125);
  });

  it('closes when a call that was still under way succeeds, and then probes no more', async () => {
    fail(3);
    circuit.succeeded();
    expect(circuit.isOpen).to.equal(false);
    await clock.elapse();
    expect(probes).to.equal(0);
  });

  it('does not open twice, nor probe twice, for the failures of many callers', () => {
    fail(200);
    expect(clock.waiting).to.have.length(1);
  });

  it('tells a loss once, when a probe has failed too, and its end', async () => {
    fail(3);
    expect(heard).to.deep.equal([]);
    for (let k = 0; k < 3; k += 1) await clock.elapse();
    expect(heard).to.deep.equal(['lost']);
    answers = true;
    await clock.elapse();
    expect(heard).to.deep.equal(['lost', 'regained']);
    answers = false;
    fail(3);
    await clock.elapse();
    expect(heard).to.deep.equal(['lost', 'regained', 'lost']);
  });

  it('tells nothing of what opens it time and again while every probe is answered', async () => {
    answers = true;
    for (let k = 0; k < 10; k += 1) {
      fail(3);
      expect(circuit.isOpen).to.equal(true);
      await clock.elapse();
      expect(circuit.isOpen).to.equal(false);
    }
    expect(heard).to.deep.equal([]);
  });

  it('heeds no probe of an earlier opening', async () => {
    let finish = (): void => undefined;
    const slow = new Circuit({
      failuresToOpen: 1,
      clock,
      probe: () =>
        new Promise((_, reject) => {
          finish = () => {
            reject(cause);
          };
        }),
    });
    slow.failed(cause);
    await clock.elapse();
    slow.succeeded();
    slow.failed(cause);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.waiting).to.have.length(1);
  });

  it('leaves nothing behind when it is ended', async () => {
    fail(3);
    circuit.end();
    expect(clock.waiting).to.deep.equal([]);
    fail(3);
    await clock.elapse();
    expect(probes).to.equal(0);
  });
});
