/** pip's words, as pip 20 to 25 writes them, and what they come to mean. */
import { expect } from 'chai';

import { pipFailure } from '../../../../gateway/repository/pip-failure.ts';
import { SourceFailure } from '../../../../gateway/repository/source-failure.ts';

const missing =
  'ERROR: Could not find a version that satisfies the requirement made-up==1.0 (from versions: none)\n' +
  'ERROR: No matching distribution found for made-up==1.0\n';

const cases = [
  [
    'a host that nobody knows',
    "WARNING: Retrying (Retry(total=1, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2] Name or service not known)': /simple/made-up/\n" +
      missing,
    'unreachable',
    'pip cannot reach its package index',
  ],
  [
    'a proxy that refuses',
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.')': /simple/\n" +
      missing,
    'unreachable',
    'pip cannot reach its package index',
  ],
  [
    'a certificate that nobody vouches for',
    'Could not fetch URL https://index.invalid/simple/made-up/: There was a problem confirming the ssl certificate - skipping\n' +
      missing,
    'unreachable',
    'pip cannot verify the certificate of its package index',
  ],
  [
    'an index without https',
    'WARNING: The repository located at index.invalid is not a trusted or secure host and is being ignored.\n' +
      missing,
    'refused',
    'pip ignores its package index, since its address is not one of https',
  ],
  [
    'an index without the package',
    missing,
    'refused',
    'no package index that pip knows gives a wheel of made-up==1.0; look at pip config list',
  ],
  [
    'any other error',
    'Collecting made-up==1.0\nERROR: Invalid requirement.\nERROR: The last word of pip.\n  indented\n',
    'refused',
    'pip says: The last word of pip',
  ],
  ['silence', '', 'refused', 'pip failed without a word'],
] as const;

describe('what pip says', () => {
  for (const [what, said, kind, sentence] of cases) {
    it(`means of ${what}: ${sentence}`, () => {
      const failure = pipFailure(said, 'made-up==1.0');
      expect(failure).to.be.instanceOf(SourceFailure).and.to.include({ kind, message: sentence });
    });
  }

  it('is a fault of the disk when the disk is full, which no other source mends', () => {
    const failure = pipFailure('ERROR: [Errno 28] No space left on device\n', 'made-up==1.0');
    expect(failure).not.to.be.instanceOf(SourceFailure);
    expect(failure).to.have.property('code', 'ENOSPC');
  });

  it('is quoted to a bounded length', () => {
    expect(pipFailure(`ERROR: ${'x'.repeat(100_000)}`, 'made-up==1.0').message.length).to.be.lessThan(250);
  });
});
