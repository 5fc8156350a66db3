/** Answers what Node's HTTP parser refuses, in the head of a request or in the middle of its body. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { isDeparture } from './departure.ts';

/** The code of an error that says so. */
export const shuttingDown = 'ERR_SHUTTING_DOWN';

const answers: Readonly<Record<string, { readonly status: number; readonly sentence: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, sentence: 'The headers of the request are too long.' },
  [shuttingDown]: {
    status: 503,
    sentence: 'The server is shutting down; the request had not arrived in full.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, sentence: 'The request took too long to arrive.' },
};
const otherwise = { status: 400, sentence: 'The request is not valid HTTP.' };

/** @param unsent the answer of the request at fault, when the parser got as far as to make one */
export function refuseMalformedRequest(error: Error, socket: Duplex, unsent?: ServerResponse): void {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // A body that ends too early ends because its sender has left, politely or not.
  const endsEarly = code === 'HPE_INVALID_EOF_STATE' && unsent !== undefined;
  if (isDeparture(error) || endsEarly || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, sentence } = answers[code] ?? otherwise;
  const body = JSON.stringify({ error: sentence });
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
  if (unsent?.socket === socket) {
    // Sent as the answer that it is, so that it has the request's id and the access log its status.
    unsent.writeHead(status, headers).end(body);
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
