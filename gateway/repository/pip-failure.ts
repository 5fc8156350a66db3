/** What pip's words mean for the person who pulls a model. */
import { SourceFailure } from './source-failure.ts';

interface Meaning {
  readonly seen: RegExp;
  readonly failure: (requirement: string) => Error;
}

/** The first that is seen counts: an index that cannot be reached also "has no matching distribution". */
const meanings: readonly Meaning[] = [
  {
    seen: /No space left on device|Disk quota exceeded/,
    failure: () => Object.assign(new Error('pip found no space left'), { code: 'ENOSPC' }),
  },
  {
    seen: /SSLError|SSLCertVerificationError|ssl certificate/i,
    failure: () => new SourceFailure('unreachable', 'pip cannot verify the certificate of its package index'),
  },
  {
    seen: /Retrying \(|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|ConnectionResetError|Connection broken|IncompleteRead|Name or service not known|Temporary failure in name resolution|Network is unreachable/,
    failure: () => new SourceFailure('unreachable', 'pip cannot reach its package index'),
  },
  {
    seen: /not a trusted or secure host/,
    failure: () =>
      new SourceFailure('refused', 'pip ignores its package index, since its address is not one of https'),
  },
  {
    seen: /No matching distribution|Could not find a version/,
    failure: (requirement) =>
      new SourceFailure(
        'refused',
        `no package index that pip knows gives a wheel of ${requirement}; look at pip config list`,
      ),
  },
];

const longestQuote = 200;

/**
 * @param said what pip wrote, to the last line.
 * @param requirement such as `package==1.0`.
 * @returns a SourceFailure, or an error with a code of the file system.
 */
export function pipFailure(said: string, requirement: string): Error {
  const meaning = meanings.find(({ seen }) => seen.test(said));
  if (meaning !== undefined) return meaning.failure(requirement);
  const [, quote] = /.*^(?:ERROR: )(\S.*)$/ms.exec(said) ?? [];
  const words = quote
    ?.split('\n', 1)[0]
    ?.slice(0, longestQuote)
    .replace(/[.\s]+$/, '');
  return new SourceFailure(
    'refused',
    words === undefined ? 'pip failed without a word' : `pip says: ${words}`,
  );
}
