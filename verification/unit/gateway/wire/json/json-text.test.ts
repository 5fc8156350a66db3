/** JSON with bare NaN and Infinity, at any depth, and numbers as short as they can be. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import {
  parseJsonText,
  parseJsonWithIntegers,
  writeJsonNumber,
} from '../../../../../gateway/wire/json/json-text.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessages } from '../recorded.ts';

describe('parseJsonText', () => {
  it('reads the tokens that JSON does not have', () => {
    expect(parseJsonText('{"a":[NaN, -Infinity,Infinity , 1.5]}')).to.deep.equal({
      a: [NaN, -Infinity, Infinity, 1.5],
    });
    expect(parseJsonText(' NaN\n')).to.deep.equal(NaN);
  });

  // Each is read twice: by the fast way as it stands, and by the tolerant one because of a token before it.
  const documents = [
    '{"a":{"b":[1,-2.5e-3,0,true,false,null,"x"]},"c":[]}',
    '["\\u00e9\\n\\"\\\\", "\\\\", "", "\\ud83d\\ude00", "zwölf"]',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1},"constructor":2}',
    '[[],{},[[]],{"":[]}]',
    '\t[ 1 ,\r\n 2 ]\n',
    '[1e400,-1e400]',
  ];
  documents.forEach((document) => {
    it(`reads ${document} the same with and without a token beside it`, () => {
      const strict: unknown = JSON.parse(document);
      expect(parseJsonText(document)).to.deep.equal(strict);
      const [, tolerant] = parseJsonText(`[NaN,${document}]`) as readonly unknown[];
      expect(tolerant).to.deep.equal(strict);
      expect(JSON.stringify(tolerant)).to.equal(JSON.stringify(strict));
    });
  });

  it('reads bytes', () => {
    expect(parseJsonText(Buffer.from('["é"]'))).to.deep.equal(['é']);
  });

  const faults: readonly [text: string, offset: number][] = [
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1 2]', 3],
    ['[1', 2],
    ['"abc', 0],
    ['["\\x"]', 1],
    ['[01]', 2],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[1]x', 3],
    ['[nan]', 1],
    ['["a\nb"]', 1],
    ['{"a":1]', 6],
    ['[NaN}', 4],
    ['<html>', 0],
    [',', 0],
  ];
  faults.forEach(([text, offset]) => {
    it(`refuses ${JSON.stringify(text)} and says where`, async () => {
      const error = await thrownBy(() => parseJsonText(text));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(error).to.have.property('message', `JSON Parse error: Invalid value. at offset: ${offset}`);
    });
  });

  ['', ' \r\n\t '].forEach((text) => {
    it(`says that ${JSON.stringify(text)} is empty, in TensorFlow Serving's words`, async () => {
      const error = await thrownBy(() => parseJsonText(text));
      expect(error).to.have.property('message', 'JSON Parse error: The document is empty');
    });
  });

  it('refuses bytes that are no UTF-8', async () => {
    const error = await thrownBy(() => parseJsonText(Buffer.of(0x22, 0xff, 0x22)));
    expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
  });

  ['1', 'NaN'].forEach((innermost) => {
    it(`survives 250000 lists in each other around ${innermost}`, () => {
      const depth = 250_000;
      let value = parseJsonText('['.repeat(depth) + innermost + ']'.repeat(depth));
      let levels = 0;
      for (; Array.isArray(value); value = value[0]) levels += 1;
      expect([levels, value]).to.deep.equal([depth, Number(innermost)]);
    });
  });

  it('survives 250000 objects in each other that never end', async () => {
    const error = await thrownBy(() => parseJsonText('{"a":'.repeat(250_000)));
    expect(error).to.be.instanceOf(ServingError);
  });
});

describe('parseJsonWithIntegers', () => {
  it('tells 1 from 1.0, and keeps 64 bits', () => {
    expect(parseJsonWithIntegers('[1,1.0,1e0,-9223372036854775808,"1"]')).to.deep.equal([
      1n,
      1,
      1,
      -9223372036854775808n,
      '1',
    ]);
  });
});

describe('writeJsonNumber', () => {
  it('writes 32-bit floats by the fewest digits, as NumPy does', () => {
    const { float32 } = recordedMessages.numbers;
    expect(float32.length).to.be.greaterThan(300);
    const different = float32.filter(([bits, shortest]) => {
      const [value = NaN] = new Float32Array(Uint32Array.of(bits).buffer);
      const text = writeJsonNumber(value, 'float32');
      return Number(text) !== Number(shortest) || Math.fround(Number(text)) !== value;
    });
    expect(different).to.deep.equal([]);
  });

  const cases: readonly [number | bigint, Parameters<typeof writeJsonNumber>[1], string][] = [
    [1, 'float32', '1.0'],
    [-0, 'float32', '-0.0'],
    [0, 'float64', '0.0'],
    [Math.fround(0.1), 'float32', '0.1'],
    [0.1, 'float64', '0.1'],
    [1e21, 'float64', '1e+21'],
    [123456789, 'float64', '123456789.0'],
    [16777216, 'float32', '16777216.0'],
    [NaN, 'float32', 'NaN'],
    [-Infinity, 'float64', '-Infinity'],
    [286, 'int32', '286'],
    [-(2n ** 63n), 'int64', '-9223372036854775808'],
  ];
  cases.forEach(([value, datatype, text]) => {
    it(`writes ${text} for a ${datatype}`, () => {
      expect(writeJsonNumber(value, datatype)).to.equal(text);
    });
  });
});
