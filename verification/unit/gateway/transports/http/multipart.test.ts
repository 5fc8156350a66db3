/** How forms are cut into fields. */
import { expect } from 'chai';
import { parseMultipart } from '../../../../../gateway/transports/http/multipart.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const type = 'multipart/form-data; boundary=XX';

function parse(
  body: string | Buffer,
  contentType = type,
): { name: string; fileName: string | undefined; text: string }[] {
  return parseMultipart(Buffer.from(body), contentType, 10).map(({ name, fileName, bytes }) => ({
    name,
    fileName,
    text: bytes.toString('latin1'),
  }));
}

function field(disposition: string, text = 'abc'): string {
  return `--XX\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
}

describe('parseMultipart', () => {
  it('gives the fields in order, with views into the body', () => {
    const body = Buffer.from(`${field('name="a"; filename="x.jpg"')}${field('name=b', 'def')}--XX--\r\n`);
    const parts = parseMultipart(body, type, 10);
    expect(parts.map(({ name, fileName }) => [name, fileName])).to.deep.equal([
      ['a', 'x.jpg'],
      ['b', undefined],
    ]);
    expect(parts[0]?.bytes.buffer).to.equal(body.buffer);
    expect(parts.map(({ bytes }) => bytes.toString())).to.deep.equal(['abc', 'def']);
  });

  it('leaves everything that only resembles a boundary inside the field', () => {
    const bytes = '\r\n--X\r\n--XXY\r\n--XX -\r\n-\r\n--XX-\r\n--XX\t\n';
    expect(parse(`${field('name="a"', bytes)}--XX--`)[0]?.text).to.equal(bytes);
    expect(parse(`--XXY\r\n${field('name="a"')}--XX--`).map(({ text }) => text)).to.deep.equal(['abc']);
  });

  it('takes spaces and tabs after a boundary, as mail gateways may add them', () => {
    const body = `${field('name="a"')}${field('name="b"', 'def')}--XX--\r\n`;
    const padded = body.replace('--XX\r\n', '--XX \t\r\n').replace('\r\n--XX\r\n', '\r\n--XX  \r\n');
    expect(padded).to.have.length(body.length + 4);
    expect(parse(padded)).to.deep.equal(parse(body));
  });

  it('takes the name of a file in the form of other headers', () => {
    const names = [
      `filename*=UTF-8''k%C3%A4tzchen.jpg`,
      `filename="kaetzchen.jpg"; filename*=utf-8'de'k%c3%a4tzchen.jpg`,
      `filename*=ISO-8859-1''k%E4tzchen.jpg`,
      `filename*=UTF-8''%ff.jpg`,
      `filename*=cat.jpg`,
      `filename="cat.jpg"; filename*=KOI8-R''%CB.jpg`,
    ];
    expect(names.map((name) => parse(`${field(`name="a"; ${name}`)}--XX--`)[0]?.fileName)).to.deep.equal([
      'kätzchen.jpg',
      'kätzchen.jpg',
      'kätzchen.jpg',
      "UTF-8''%ff.jpg",
      'cat.jpg',
      'cat.jpg',
    ]);
  });

  it('takes text before the first boundary and after the last, and empty fields', () => {
    expect(parse(`hello\r\n${field('name="a"', '')}--XX--\r\nbye`)).to.deep.equal([
      { name: 'a', fileName: undefined, text: '' },
    ]);
    const tight = '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n--XX--';
    expect(parse(tight)[0]?.text).to.equal('');
  });

  it('reads names as browsers write them', () => {
    const parts = parse(
      `${field('name="a\\"b;c"; filename="C:\\cat.jpg"')}${field('filename="d%22.jpg"; NAME="kätzchen"')}--XX--`,
    );
    expect(parts.map(({ name, fileName }) => [name, fileName])).to.deep.equal([
      ['a"b;c', 'C:\\cat.jpg'],
      ['kätzchen', 'd".jpg'],
    ]);
  });

  it('takes a quoted boundary among other parameters', () => {
    const quoted = 'multipart/form-data; charset=utf-8; boundary="X X:"';
    expect(
      parse('--X X:\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--X X:--', quoted)[0]?.text,
    ).to.equal('b');
  });

  const faults: readonly [string, string, string?][] = [
    ['nothing at all', ''],
    ['no boundary in the body', 'hello'],
    ['a body that stops inside a field', field('name="a"')],
    ['a body that stops inside headers', '--XX\r\nContent-Disposition: form-data; name="a"'],
    ['a field without a name', `${field('filename="a"')}--XX--`],
    ['a field without headers', '--XX\r\n\r\n\r\n--XX--'],
    [
      'an encoded field',
      '--XX\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--XX--',
    ],
    ['an overlong boundary', '', `multipart/form-data; boundary=${'b'.repeat(71)}`],
    ['an empty boundary', '----', 'multipart/form-data; boundary='],
    ['more fields than allowed', `${field('name="a"').repeat(11)}--XX--`],
    [
      'lines without end that resemble the boundary',
      `${field('name="a"', '\r\n--XXY'.repeat(20_000))}--XX--`,
    ],
    [
      'an endless header',
      `--XX\r\nContent-Disposition: form-data; name="a"; ${'filename="a"'.repeat(100_000)}x\r\n\r\nabc\r\n--XX--`,
    ],
  ];
  for (const [title, body, contentType] of faults) {
    it(`refuses ${title}`, async () => {
      expect(await thrownBy(() => parse(body, contentType))).to.have.property('kind', 'invalid-input');
    });
  }

  it('refuses every form that was cut short, wherever the cut is', async () => {
    const body = `${field('name="a"; filename="x.jpg"')}${field('name="b"', 'def')}--XX--`;
    for (let length = 0; length < body.length; length += 1) {
      const fault = await thrownBy(() => parse(body.slice(0, length)));
      expect(fault, `cut at ${length}`).to.have.property('kind', 'invalid-input');
    }
  });
});
