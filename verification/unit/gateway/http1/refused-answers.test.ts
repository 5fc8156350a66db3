/** What is no answer over HTTP/1, or could be read in two ways, is refused wherever it is cut. */
import { expect } from 'chai';
import { AnswerError } from '../../../../gateway/http1/answer-error.ts';
import { AnswerReader } from '../../../../gateway/http1/answer-reader.ts';

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

function flawOf(pieces: readonly string[]): string | undefined {
  const reader = new AnswerReader(1000);
  try {
    for (const piece of pieces) if (reader.take(Buffer.from(piece, 'latin1')) !== undefined) return 'none';
  } catch (error) {
    if (error instanceof AnswerError) return error.flaw;
    throw error;
  }
  return undefined;
}

/** Title, text and flaw. */
const refused: readonly (readonly [string, string, string])[] = [
  ['the first frame of HTTP/2', '\0\0\x12\x04\0\0\0\0\0', 'http2'],
  ['the first byte of HTTP/2', '\0', 'http2'],
  ['another protocol', '220 mail.example ESMTP\r\n', 'not-http'],
  ['another protocol that waits', 'SSH', 'not-http'],
  ['HTML', '<html>', 'not-http'],
  ['an empty line', '\r\n', 'not-http'],
  ['HTTP/2 in words', 'HTTP/2 200\r\n\r\n', 'not-http'],
  ['HTTP/1.2', whole.replace('1.1', '1.2'), 'malformed'],
  ['two spaces before the status', whole.replace(' 200', '  200'), 'malformed'],
  ['a status of two digits', whole.replace('200', '20'), 'malformed'],
  ['a status of four digits', whole.replace('200', '2000'), 'malformed'],
  ['a status below 100', whole.replace('200', '099'), 'malformed'],
  ['another protocol that it changes to', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n', 'malformed'],
  ['a zero byte in the reason', whole.replace('OK', 'O\0K'), 'malformed'],
  ['a zero byte in a value', whole.replace('\r\n', '\r\nX: \0\r\n'), 'malformed'],
  ['lines that end in a line feed', whole.replaceAll('\r\n', '\n').replace('\n\n', '\r\n\r\n'), 'malformed'],
  ['lines that all end in a line feed', whole.replaceAll('\r\n', '\n'), 'malformed'],
  ['a line that ends in a line feed', whole.replace('\r\n\r\n', '\nX: y\r\n\r\n'), 'malformed'],
  ['a carriage return in a value', whole.replace('\r\n', '\r\nX: a\rb\r\n'), 'malformed'],
  // A pattern that tries all ways to part the blanks takes a quarter of a minute for these.
  [
    'a carriage return after thousands of blanks',
    whole.replace('\r\n', `\r\nX:${' '.repeat(5000)}\rb\r\n`),
    'malformed',
  ],
  ['a line that continues a field', whole.replace('\r\n\r\n', '\r\n 1\r\n\r\n'), 'malformed'],
  ['a field without a colon', whole.replace('\r\n', '\r\nField\r\n'), 'malformed'],
  ['a field without a name', whole.replace('\r\n', '\r\n: x\r\n'), 'malformed'],
  ['a space before a colon', whole.replace(': 5', ' : 5'), 'malformed'],
  ['a name of no ASCII', whole.replace('\r\n', '\r\nÄ: x\r\n'), 'malformed'],
  ['a length that is none', whole.replace(': 5', ': five'), 'malformed'],
  ['a negative length', whole.replace(': 5', ': -5'), 'malformed'],
  ['a length with a plus', whole.replace(': 5', ': +5'), 'malformed'],
  ['a hexadecimal length', whole.replace(': 5', ': 0x5'), 'malformed'],
  ['an empty length', whole.replace(': 5', ':'), 'malformed'],
  ['two lengths in a list', whole.replace(': 5', ': 5, 5'), 'malformed'],
  ['two lengths', whole.replace('\r\n', '\r\nContent-Length: 5\r\n'), 'malformed'],
  ['a length of twenty digits', whole.replace(': 5', ': 18446744073709551621'), 'malformed'],
  ['a length and chunks', `${chunked.replace('\r\n', '\r\nContent-Length: 5\r\n')}0\r\n\r\n`, 'malformed'],
  ['another encoding', `${chunked.replace('chunked', 'gzip')}0\r\n\r\n`, 'malformed'],
  ['an encoding before the chunks', `${chunked.replace('chunked', 'gzip, chunked')}0\r\n\r\n`, 'malformed'],
  ['two encodings', `${chunked.replace('\r\n', '\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`, 'malformed'],
  [
    'a length that is none, of no content',
    'HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n',
    'malformed',
  ],
  [
    'two lengths of what has not changed',
    `HTTP/1.1 304 x\r\n${'Content-Length: 5\r\n'.repeat(2)}\r\n`,
    'malformed',
  ],
  ['a length with a blank that is none', whole.replace(': 5', ': 5\xa0'), 'malformed'],
  ['a chunk without a size', `${chunked}\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a size that is none', `${chunked}g\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a size with a sign', `${chunked}-5\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a size with a prefix', `${chunked}0x5\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a size of nine digits', `${chunked}100000005\r\nwhole`, 'malformed'],
  ['a size that ends in a line feed', `${chunked}5\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a chunk that is too long', `${chunked}4\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a chunk that ends in a line feed', `${chunked}5\r\nwhole\n0\r\n\r\n`, 'malformed'],
  ['a zero byte in an extension', `${chunked}5;\0\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a carriage return in an extension', `${chunked}5;a\rb\r\nwhole\r\n0\r\n\r\n`, 'malformed'],
  ['a line after the chunks that is no field', `${chunked}0\r\nHTTP/1.1 200 OK\r\n\r\n`, 'malformed'],
  ['a carriage return in a field after the chunks', `${chunked}0\r\nX: a\rb\r\n\r\n`, 'malformed'],
  ['an endless size', `${chunked}5;${'x'.repeat(5000)}`, 'malformed'],
  [
    'endless fields after the chunks',
    `${chunked}0\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(20)}`,
    'malformed',
  ],
  ['an endless head', `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(20)}`, 'malformed'],
  ['a long head', whole.replace('\r\n', `\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(20)}`), 'malformed'],
  ['an endless line', `HTTP/1.1 200 ${'O'.repeat(20_000)}`, 'malformed'],
  ['a body that says it is too long', whole.replace(': 5', ': 1001'), 'too-long'],
  ['chunks that are too long', `${chunked}3e9\r\n${'x'.repeat(1001)}\r\n`, 'too-long'],
  ['a body without a length that is too long', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1001)}`, 'too-long'],
];

describe('AnswerReader', () => {
  for (const [title, text, flaw] of refused) {
    it(`refuses ${title}, cut anywhere`, () => {
      expect(flawOf([text])).to.equal(flaw);
      expect(flawOf(Array.from(text)), 'byte by byte').to.equal(flaw);
    });
  }
});
