/** A job has one outcome, whoever comes first. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Job } from '../../../../../gateway/engines/onnx/messages.ts';
import { PendingJob } from '../../../../../gateway/engines/onnx/pending-job.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const job: Job = { kind: 'picture', signature: 's', pictures: [], outputs: [] };

describe('PendingJob', () => {
  let caller: AbortController;
  let abandoned: PendingJob[];
  let pending: PendingJob;
  beforeEach(() => {
    [caller, abandoned] = [new AbortController(), []];
  });
  const begin = (): void => {
    pending = new PendingJob({ job, isShared: false, signal: caller.signal }, (one) => abandoned.push(one));
  };

  it('gives its outputs, and knows nobody who left afterwards', async () => {
    begin();
    const outputs = new Map();
    pending.resolve(outputs);
    expect(await pending.outcome).to.equal(outputs);
    caller.abort();
    expect(abandoned).to.deep.equal([]);
  });

  it('is cancelled when its caller leaves, tells so once, and keeps that outcome', async () => {
    begin();
    caller.abort();
    pending.resolve(new Map());
    const error = await thrownBy(() => pending.outcome);
    expect(error).to.be.instanceOf(ServingError).and.have.property('kind', 'cancelled');
    expect(abandoned).to.deep.equal([pending]);
  });

  it('is cancelled at once when its caller has left already', async () => {
    caller.abort();
    begin();
    expect(await thrownBy(() => pending.outcome)).to.have.property('kind', 'cancelled');
    expect(abandoned).to.deep.equal([pending]);
  });
});
