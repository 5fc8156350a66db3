/** The status of each kind of error, as the contract has it. */
import { expect } from 'chai';
import { errorKinds } from '../../../../../gateway/domain/errors.ts';
import { statusTable } from '../../../../../gateway/transports/http/status-table.ts';

describe('statusTable', () => {
  it('gives every kind a status of its class', () => {
    for (const kind of errorKinds) expect(statusTable[kind], kind).to.be.within(400, 599);
  });

  it('keeps to the contract', () => {
    expect(statusTable).to.include({
      'invalid-input': 400,
      'unsupported-image': 400,
      'unsupported-media-type': 415,
      'too-large': 413,
      'model-not-found': 404,
      'model-not-ready': 503,
    });
  });
});
