/** What the thread that parses large bodies is sent. */

export interface ParserTask {
  readonly bytes: Uint8Array;
  readonly headLength: number | undefined;
}

/** Only our own server sends to this port. */
export function isParserTask(message: unknown): message is ParserTask {
  return typeof message === 'object' && message !== null && 'bytes' in message;
}
