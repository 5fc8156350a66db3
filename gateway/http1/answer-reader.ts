/** Reads one answer over HTTP/1 from the bytes of a connection, as they come (RFC 9112). */
import { AnswerError } from './answer-error.ts';
import { type AnswerHead, isInformational, readAnswerHead } from './answer-head.ts';
import { Chunks } from './chunks.ts';
import { GatheredBytes } from './gathered-bytes.ts';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** Whether another request may follow over the connection. */
  readonly keepsConnection: boolean;
  /** Without a request for so long, the other side closes the connection; undefined if it does not say. */
  readonly idleSeconds: number | undefined;
}

const beginning = Buffer.from('HTTP/1.', 'latin1');
const emptyLine = Buffer.from('\r\n\r\n', 'latin1');
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const mostHeadBytes = 16 * 1024;
/** The length of the first frame of HTTP/2, in three bytes, begins with it; no text does. */
const http2Byte = 0;

export class AnswerReader {
  readonly #limit: number;
  /** What has come of a head that is not whole. */
  #begun: Buffer = Buffer.alloc(0);
  #head: AnswerHead | undefined;
  #body: GatheredBytes | undefined;
  #chunks: Chunks | undefined;
  #hasBegun = false;

  /** @param limit bytes that a body may have */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether anything has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /**
   * @param bytes of which nothing is kept but copies
   * @returns the answer once it is whole
   * @throws AnswerError
   */
  take(bytes: Buffer): Answer | undefined {
    this.#hasBegun ||= bytes.length > 0;
    let rest = bytes;
    while (this.#head === undefined) {
      const whole = this.#begun.length === 0 ? rest : Buffer.concat([this.#begun, rest]);
      refuseOtherProtocols(whole);
      const end = whole.indexOf(emptyLine);
      if ((end < 0 ? whole.length : end) > mostHeadBytes)
        throw new AnswerError('malformed', `the head of the answer is longer than ${mostHeadBytes} bytes`);
      if (end < 0) {
        refuseBareLineFeeds(whole);
        this.#begun = Buffer.from(whole);
        return undefined;
      }
      const head = readAnswerHead(whole.toString('latin1', 0, end));
      rest = whole.subarray(end + emptyLine.length);
      this.#begun = Buffer.alloc(0);
      if (!isInformational(head)) this.#head = head;
    }
    return this.#takeBody(this.#head, rest);
  }

  /** The connection has ended, as it should. @returns the answer if that was its end */
  finish(): Answer | undefined {
    return this.#head?.bodyEnd.by === 'end' ? this.#answer(this.#head, false) : undefined;
  }

  #takeBody(head: AnswerHead, bytes: Buffer): Answer | undefined {
    const { bodyEnd } = head;
    this.#body ??= new GatheredBytes(this.#limit, bodyEnd.by === 'length' ? bodyEnd.bytes : 0);
    switch (bodyEnd.by) {
      case 'length': {
        const missing = bodyEnd.bytes - this.#body.length;
        this.#body.add(bytes.length > missing ? bytes.subarray(0, missing) : bytes);
        return bytes.length < missing ? undefined : this.#answer(head, bytes.length > missing);
      }
      case 'chunks': {
        this.#chunks ??= new Chunks(this.#body);
        const end = this.#chunks.take(bytes);
        return end === undefined ? undefined : this.#answer(head, bytes.length > end);
      }
      case 'end':
        this.#body.add(bytes);
        return undefined;
    }
  }

  /** @param isFollowed by bytes that nobody asked for: the next answer would not be that to the next request */
  #answer({ status, keepsConnection, idleSeconds }: AnswerHead, isFollowed: boolean): Answer {
    const body = this.#body?.bytes ?? Buffer.alloc(0);
    return { status, body, keepsConnection: keepsConnection && !isFollowed, idleSeconds };
  }
}

/** At once: a server of another protocol may wait for more than it has been sent. */
function refuseOtherProtocols(bytes: Buffer): void {
  const length = Math.min(bytes.length, beginning.length);
  if (beginning.compare(bytes, 0, length, 0, length) === 0) return;
  if (bytes[0] === http2Byte) throw new AnswerError('http2', 'the answer is in HTTP/2');
  throw new AnswerError('not-http', 'the answer is no HTTP');
}

/** At once: after such lines the empty one that ends a head would never be found. */
function refuseBareLineFeeds(bytes: Buffer): void {
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at - 1] !== carriageReturn)
      throw new AnswerError('malformed', 'the answer is no HTTP: a line ends without a carriage return');
  }
}
