/** The protobuf reader: round trips with the writer, and refusal of every kind of malformed bytes. */
import { expect } from 'chai';
import { MalformedBytes } from '../../../../gateway/protobuf/malformed-bytes.ts';
import { readProtobuf } from '../../../../gateway/protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../../../gateway/protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../../../gateway/protobuf/protobuf-writer.ts';

function only(bytes: Uint8Array): ProtobufField {
  const fields = [...readProtobuf(bytes)];
  const [field] = fields;
  if (field === undefined || fields.length !== 1) throw new Error(`${fields.length} fields`);
  return field;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

describe('readProtobuf', () => {
  for (const value of [
    0,
    1,
    127,
    128,
    2 ** 28 - 1,
    2 ** 28,
    2 ** 35,
    2 ** 53 - 1,
    -1,
    -128,
    -(2 ** 31),
    -(2 ** 53 - 1),
  ]) {
    it(`gives ${value} back as a number`, () => {
      expect(only(new ProtobufWriter().varint(5, value).finish()).varint()).to.equal(value);
    });
  }

  for (const value of [2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n]) {
    it(`gives ${value.toString()} back as a bigint`, () => {
      const field = only(new ProtobufWriter().varint(5, value).finish());
      expect(field.varint()).to.equal(value);
      expect(() => field.integer()).to.throw(MalformedBytes, value.toString());
    });
  }

  it('reads an unsigned value of 64 bits as the signed one with the same bits', () => {
    expect(only(new ProtobufWriter().varint(5, 2n ** 64n - 1n).finish()).varint()).to.equal(-1);
  });

  it('reads the low 32 bits of an integer as a signed one', () => {
    const integers: readonly (readonly [number | bigint, number])[] = [
      [-1, -1],
      [2 ** 31, -(2 ** 31)],
      [2 ** 32 + 7, 7],
      [2n ** 62n + 2n ** 32n - 2n, -2],
    ];
    for (const [value, low] of integers) {
      expect(only(new ProtobufWriter().varint(5, value).finish()).int32(), String(value)).to.equal(low);
    }
  });

  it('reads floats, doubles and fixed integers from any alignment', () => {
    const bytes = new ProtobufWriter()
      .string(1, 'x')
      .float(2, 0.5)
      .double(3, 0.1)
      .fixed32(4, 0xffffffff)
      .finish();
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const [, float, double, fixed] = [...readProtobuf(shifted.subarray(3))];
    expect(float?.float()).to.equal(0.5);
    expect(double?.double()).to.equal(0.1);
    expect(double?.fixed64()).to.equal(0x3fb999999999999an);
    expect(fixed?.fixed32()).to.equal(0xffffffff);
  });

  it('hands out bytes without copying them', () => {
    const message = new ProtobufWriter().bytes(1, Uint8Array.of(1, 2, 3)).finish();
    const bytes = only(message).bytes();
    expect(bytes.buffer).to.equal(message.buffer);
    expect([...bytes]).to.deep.equal([1, 2, 3]);
  });

  it('reads repeated numbers packed and unpacked alike', () => {
    expect(only(new ProtobufWriter().packedIntegers(1, [3, -1, 270]).finish()).integers()).to.deep.equal([
      3, -1, 270,
    ]);
    expect(only(new ProtobufWriter().varint(1, 270).finish()).integers()).to.deep.equal([270]);
    expect(only(new ProtobufWriter().packedFloats(1, [0.5, -2]).finish()).floats()).to.deep.equal([0.5, -2]);
    expect(only(new ProtobufWriter().float(1, 0.5).finish()).floats()).to.deep.equal([0.5]);
    expect(only(new ProtobufWriter().packedDoubles(1, [0.1]).finish()).doubles()).to.deep.equal([0.1]);
  });

  const malformed: readonly [title: string, hex: string, sentence: string][] = [
    ['a varint that is cut off', '0896', 'inside a varint'],
    ['a missing value', '08', 'inside a varint'],
    ['a varint of eleven bytes', '088080808080808080808001', 'more than 64 bits'],
    ['a varint with a 65th bit', '08ffffffffffffffffff02', 'more than 64 bits'],
    ['field number 0', '0001', 'Field number 0'],
    ['an abandoned group', '0b0c', 'Unknown wire type 3'],
    ['wire type 7', '0f', 'Unknown wire type 7'],
    ['a string longer than the message', '120774', '7 bytes should follow'],
    ['a negative length', '12ffffffffffffffffff01', 'length'],
    ['a huge length', '12ffffffffffffffff7f', 'length'],
    ['a fixed32 that is cut off', '1d0000', '4 bytes should follow'],
    ['a fixed64 that is cut off', '190000', '8 bytes should follow'],
    ['a tag of more than 32 bits', '8080808080800101', 'tag'],
  ];
  for (const [title, hex, sentence] of malformed) {
    it(`refuses ${title}`, () => {
      expect(() => [...readProtobuf(fromHex(hex))]).to.throw(MalformedBytes, sentence);
    });
  }

  it('refuses to read a field as what it is not', () => {
    const text = only(new ProtobufWriter().string(1, 'text').finish());
    const number = only(new ProtobufWriter().varint(1, 1).finish());
    expect(() => text.integer()).to.throw(MalformedBytes, 'written as bytes where varint belongs');
    expect(() => number.string()).to.throw(MalformedBytes, 'written as varint where bytes belongs');
    expect(() => only(fromHex('0a02c328')).string()).to.throw(MalformedBytes, 'UTF-8');
    expect(() => only(fromHex('0a03000000')).floats()).to.throw(MalformedBytes, 'multiple of 4');
  });
});
