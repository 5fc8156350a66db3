/** Resident memory as Linux tells it. */
import { expect } from 'chai';
import { parseProcessStatus, processStatus } from '../../../../benchmarks/surroundings/process-status.ts';

describe('process status', () => {
  it('reads megabytes of 10^6 bytes', () => {
    const text = [
      'Name:\tnode',
      'VmHWM:\t  2000000 kB',
      'VmRSS:\t  1000000 kB',
      'RssAnon:\t   500000 kB',
      'RssFile:\t   250000 kB',
      'RssShmem:\t   250000 kB',
    ].join('\n');
    expect(parseProcessStatus(text)).to.deep.equal({
      resident: 1024,
      peak: 2048,
      anonymous: 512,
      file: 256,
      shared: 256,
    });
  });

  it('gives NaN for what is not there', () => {
    expect(parseProcessStatus('Name:\tnode\n').resident).to.be.NaN;
  });

  it('is undefined for a process that does not exist', async () => {
    expect(await processStatus(2 ** 30)).to.equal(undefined);
  });
});
