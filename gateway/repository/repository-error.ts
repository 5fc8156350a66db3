/** An error about models on disk whose message is a sentence for the person at the command line. */

/**
 * What went wrong with a model on disk and what to do about it.
 *
 * The message may name files and addresses, so it is for the operator and never for a client of the server.
 */
export class RepositoryError extends Error {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'RepositoryError';
  }
}
