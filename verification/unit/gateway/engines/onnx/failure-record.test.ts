/** When a model that keeps failing stops being ready, and when it may try again. */
import { expect } from 'chai';
import { FailureRecord } from '../../../../../gateway/engines/onnx/failure-record.ts';

const limits = { deaths: 3, withinMilliseconds: 1000, failedStarts: 2, coolDownMilliseconds: 500 };

describe('FailureRecord', () => {
  it('bears deaths that lie far apart', () => {
    const record = new FailureRecord(limits);
    for (const now of [0, 600, 1200, 1800, 2400]) record.noteDeath(now, 'job');
    expect(record.trouble).to.equal(undefined);
  });

  it('sees trouble in deaths close together and says for how long', () => {
    const record = new FailureRecord(limits);
    for (const now of [0, 400, 800]) record.noteDeath(now, 'job');
    expect(record.trouble)
      .to.include({ until: 1300 })
      .and.to.have.property('reason')
      .that.includes('died 3 times');
  });

  it('forgives deaths that jobs brought about once another job is answered', () => {
    const record = new FailureRecord(limits);
    for (const now of [0, 1, 2, 3, 4, 5]) {
      record.noteDeath(now, 'job');
      if (now % 2 === 1) record.noteAnswer();
    }
    expect(record.trouble).to.equal(undefined);
  });

  it('forgives no death of a worker that held no job', () => {
    const record = new FailureRecord(limits);
    for (const now of [0, 1, 2]) {
      record.noteAnswer();
      record.noteDeath(now, 'rest');
    }
    expect(record.trouble?.reason).to.include('died 3 times');
  });

  it('sees trouble in starts that fail in a row, not in one that fails now and then', () => {
    const record = new FailureRecord(limits);
    record.noteFailedStart(0);
    record.noteReady(1);
    record.noteFailedStart(2);
    expect(record.trouble).to.equal(undefined);
    record.noteFailedStart(3);
    expect(record.trouble?.reason).to.include('2 times in a row');
  });

  it('ends the trouble with the first success after the rest, and starts counting afresh', () => {
    const record = new FailureRecord(limits);
    for (const now of [0, 1, 2]) record.noteDeath(now, 'job');
    record.noteReady(501);
    expect(record.trouble, 'still resting').not.to.equal(undefined);
    record.noteReady(502);
    expect(record.trouble).to.equal(undefined);
    record.noteDeath(503, 'rest');
    record.noteDeath(504, 'job');
    expect(record.trouble).to.equal(undefined);
  });
});
