/** Answers over HTTP/1 as they come from servers, whole and cut anywhere. */
import { expect } from 'chai';
import { AnswerReader, type Answer } from '../../../../gateway/http1/answer-reader.ts';

const limit = 1000;
const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** What comes of pieces, each in memory that is overwritten afterwards; `ends` when the connection does. */
function read(pieces: readonly string[], ends = false): Answer | undefined {
  const reader = new AnswerReader(limit);
  let answer: Answer | undefined;
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    answer = reader.take(bytes);
    bytes.fill('?');
    if (answer !== undefined) break;
  }
  return answer ?? (ends ? reader.finish() : undefined);
}

/** Title, text, status, body, and whether another answer may follow. */
const answers: readonly (readonly [string, string, number, string, boolean])[] = [
  ['a length', whole, 200, 'whole', true],
  ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', 200, '', true],
  ['an empty reason', 'HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n', 404, '', true],
  ['a reason in Latin-1', 'HTTP/1.1 500 Fehler in Köln\r\nContent-Length: 0\r\n\r\n', 500, '', true],
  ['a field in any case', whole.replace('Content-Length', 'CONTENT-length'), 200, 'whole', true],
  ['tabs and spaces around a value', whole.replace(': 5', ':\t 5 \t'), 200, 'whole', true],
  ['no space before a value', whole.replace(': 5', ':5'), 200, 'whole', true],
  ['empty fields', whole.replace('\r\n\r\n', '\r\nX-Empty:\r\nServer: \r\n\r\n'), 200, 'whole', true],
  ['chunks', `${chunked}2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n`, 200, 'whole', true],
  [
    'chunks of hexadecimal sizes',
    `${chunked}a\r\n0123456789\r\n00A\r\n0123456789\r\n000\r\n\r\n`,
    200,
    '01234567890123456789',
    true,
  ],
  ['extensions of chunks', `${chunked}5;a=b;c="d"\r\nwhole\r\n0 ;e\r\n\r\n`, 200, 'whole', true],
  [
    'fields after the chunks',
    `${chunked}5\r\nwhole\r\n0\r\nDigest: x\r\nContent-Length: 7\r\n\r\n`,
    200,
    'whole',
    true,
  ],
  ['chunks of line ends', `${chunked}4\r\n\r\n\r\n\r\n0\r\n\r\n`, 200, '\r\n\r\n', true],
  ['no chunk but the last', `${chunked}0\r\n\r\n`, 200, '', true],
  ['an encoding in capitals', `${chunked.replace('chunked', 'Chunked')}0\r\n\r\n`, 200, '', true],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
  ['nothing that has changed', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 304, '', true],
  ['word to go on', `HTTP/1.1 100 Continue\r\n\r\n${whole}`, 200, 'whole', true],
  [
    'two words of what is to come',
    `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early\r\nLink: </>\r\n\r\n${whole}`,
    200,
    'whole',
    true,
  ],
  ['word of its end', whole.replace('\r\n', '\r\nConnection: close\r\n'), 200, 'whole', false],
  [
    'word of its end among others',
    whole.replace('\r\n', '\r\nConnection: Keep-Alive, CLOSE\r\n'),
    200,
    'whole',
    false,
  ],
  [
    'word of its end in a second field',
    whole.replace('\r\n', '\r\nConnection: a\r\nConnection: close\r\n'),
    200,
    'whole',
    false,
  ],
  ['the form of HTTP/1.0', whole.replace('1.1', '1.0'), 200, 'whole', false],
  [
    'a connection kept over HTTP/1.0',
    whole.replace('1.1', '1.0').replace('\r\n', '\r\nConnection: keep-alive\r\n'),
    200,
    'whole',
    true,
  ],
  [
    'chunks over HTTP/1.0, which knows none',
    `${chunked.replace('1.1', '1.0').replace('\r\n', '\r\nConnection: keep-alive\r\n')}0\r\n\r\n`,
    200,
    '',
    false,
  ],
  [
    'as many bytes as it may have',
    whole.replace('5', '1000').replace('whole', 'x'.repeat(1000)),
    200,
    'x'.repeat(1000),
    true,
  ],
];

const characters = (text: string): readonly string[] => Array.from(text);

describe('AnswerReader', () => {
  for (const [title, text, status, body, keepsConnection] of answers) {
    it(`reads an answer with ${title}, cut anywhere`, () => {
      const expected = { status, body, keepsConnection };
      const seen = (answer: Answer | undefined): unknown =>
        answer && {
          status: answer.status,
          body: answer.body.toString('latin1'),
          keepsConnection: answer.keepsConnection,
        };
      expect(seen(read([text]))).to.deep.equal(expected);
      expect(seen(read(characters(text))), 'byte by byte').to.deep.equal(expected);
      for (let at = 1; at < text.length; at += 1)
        expect(seen(read([text.slice(0, at), text.slice(at)])), `cut at ${at}`).to.deep.equal(expected);
    });

    it(`has no answer with ${title} before it is whole`, () => {
      for (let at = 0; at < text.length; at += 1)
        expect(read([text.slice(0, at)]), `${at} bytes`).to.equal(undefined);
    });
  }

  it('lets no answer follow where bytes came that nobody asked for', () => {
    const inChunks = `${chunked}5\r\nwhole\r\n0\r\n\r\n`;
    for (const text of [whole, inChunks]) {
      for (const more of ['x', 'HTTP/1.1 200 OK\r\n']) {
        for (let at = 0; at < text.length; at += 1) {
          const answer = read([text.slice(0, at), text.slice(at) + more]);
          expect(answer?.body.toString(), `cut at ${at}`).to.equal('whole');
          expect(answer?.keepsConnection, `cut at ${at}`).to.equal(false);
        }
      }
    }
  });

  it('takes all bytes up to the end of the connection where nothing else says how many there are', () => {
    for (const pieces of [['HTTP/1.0 200 OK\r\n\r\nwhole'], ['HTTP/1.1 200 OK\r\n\r', '\nwh', 'ole']]) {
      const answer = read(pieces, true);
      expect(answer?.body.toString()).to.equal('whole');
      expect(answer?.keepsConnection).to.equal(false);
    }
    expect(read(['HTTP/1.1 200 OK\r\n\r\n'], true)?.body.length).to.equal(0);
  });

  it('takes no end of the connection for the end of another answer', () => {
    for (const text of ['', 'HTTP/1.1 200 OK\r\n', whole.slice(0, -1), `${chunked}5\r\nwhole\r\n0\r\n`])
      expect(read([text], true), text).to.equal(undefined);
  });

  it('says how long the connection may be idle', () => {
    const idle = (value: string): number | undefined =>
      read([whole.replace('\r\n', `\r\nKeep-Alive: ${value}\r\n`)])?.idleSeconds;
    expect([idle('timeout=5'), idle('timeout=65, max=100'), idle('max=3,TIMEOUT=7')]).to.deep.equal([
      5, 65, 7,
    ]);
    expect(idle('max=3\r\nKeep-Alive:\ttimeout=8')).to.equal(8);
    expect([idle('5'), idle('timeout=-1'), idle('notimeout=5'), idle('')]).to.deep.equal(
      Array<undefined>(4).fill(undefined),
    );
  });

  it('knows whether anything has come', () => {
    const reader = new AnswerReader(limit);
    reader.take(Buffer.alloc(0));
    expect(reader.hasBegun).to.equal(false);
    reader.take(Buffer.from('H'));
    expect(reader.hasBegun).to.equal(true);
  });

  it('takes memory for what has come and not for what was promised', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 100 }, () => {
      const reader = new AnswerReader(64 * 1024 * 1024);
      reader.take(Buffer.from(whole.replace(': 5', ': 67108864')));
      return reader;
    });
    expect(readers.every(({ hasBegun }) => hasBegun)).to.equal(true);
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(200 * 1024 * 1024);
  });

  it('takes a body that is longer than a head may be together with its head', () => {
    const reader = new AnswerReader(64 * 1024);
    const body = 'x'.repeat(50_000);
    const answer = reader.take(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n${body}`));
    expect(answer?.body.toString() === body).to.equal(true);
  });

  it('puts a long answer together from many pieces', () => {
    const reader = new AnswerReader(64 * 1024 * 1024);
    const piece = Buffer.alloc(65_536, '0123456789abcdef');
    reader.take(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${100 * piece.length}\r\n\r\n`));
    let answer: Answer | undefined;
    for (let count = 0; count < 100; count += 1) {
      expect(answer).to.equal(undefined);
      answer = reader.take(piece);
    }
    expect(answer?.body.equals(Buffer.concat(Array<Buffer>(100).fill(piece)))).to.equal(true);
  });
});
