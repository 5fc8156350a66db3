/** Says why what a server sends is no answer over HTTP/1, so that nothing more on the connection can be understood. */

export type AnswerFlaw =
  /** The first bytes are those of another protocol. */
  | 'not-http'
  /** That protocol is HTTP/2. */
  | 'http2'
  | 'malformed'
  | 'too-long';

export class AnswerError extends Error {
  readonly flaw: AnswerFlaw;

  constructor(flaw: AnswerFlaw, sentence: string) {
    super(sentence);
    this.name = 'AnswerError';
    this.flaw = flaw;
  }
}
