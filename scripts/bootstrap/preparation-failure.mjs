/** A reason why the tree could not be prepared, in a sentence for the person at the terminal. */

export class PreparationFailure extends Error {
  /** `details`: what the failing tool printed, shown above the sentence. */
  constructor(sentence, { details = '', exitCode = 1, cause } = {}) {
    super(sentence, { cause });
    this.name = 'PreparationFailure';
    this.details = details.trim();
    this.exitCode = exitCode;
  }
}

const sentences = {
  EACCES: 'is not writable for you; change its owner or its permissions',
  EPERM: 'is not writable for you; change its owner or its permissions',
  EROFS: 'lies on a read-only file system; mount it writable once, or prepare it before',
  ENOSPC: 'lies on a full disk; make room',
};

/** Turns a file-system error into a sentence about `folder`; anything else is returned as it came. */
export function explainFileError(error, folder) {
  const sentence = sentences[error?.code];
  if (sentence === undefined) return error;
  return new PreparationFailure(`${folder} ${sentence}, and run the same command again.`, { cause: error });
}
