/** Answers what Node's HTTP parser refuses, before there is a request to route. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

const answers: Readonly<Record<string, { readonly status: number; readonly sentence: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, sentence: 'The headers of the request are too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, sentence: 'The request took too long to arrive.' },
};
const otherwise = { status: 400, sentence: 'The request is not valid HTTP.' };

export function refuseMalformedRequest(error: Error, socket: Duplex): void {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, sentence } = answers[code] ?? otherwise;
  const body = JSON.stringify({ error: sentence });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
