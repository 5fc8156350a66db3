/** The protobuf writer: bytes as the encoding's specification gives them, and tensors kept as chunks. */
import { expect } from 'chai';
import { ProtobufWriter } from '../../../../gateway/protobuf/protobuf-writer.ts';
import { readProtobuf } from '../../../../gateway/protobuf/protobuf-reader.ts';

function hex(writer: ProtobufWriter): string {
  return Buffer.from(writer.finish()).toString('hex');
}

describe('ProtobufWriter', () => {
  const cases: readonly [title: string, writer: ProtobufWriter, expected: string][] = [
    ['a varint of two bytes', new ProtobufWriter().varint(1, 150), '089601'],
    ['zero, although it is the default', new ProtobufWriter().varint(1, 0), '0800'],
    ['a negative int64 in ten bytes', new ProtobufWriter().varint(1, -1), '08ffffffffffffffffff01'],
    ['the smallest int64', new ProtobufWriter().varint(1, -(2n ** 63n)), '0880808080808080808001'],
    ['the largest safe number', new ProtobufWriter().varint(1, 2 ** 53 - 1), '08ffffffffffffff0f'],
    ['a field number above 15', new ProtobufWriter().boolean(16, true), '800101'],
    ['a string', new ProtobufWriter().string(2, 'testing'), '120774657374696e67'],
    ['a string of several bytes a letter', new ProtobufWriter().string(2, 'é'), '1202c3a9'],
    ['a float', new ProtobufWriter().float(3, 1), '1d0000803f'],
    ['a double', new ProtobufWriter().double(3, 1), '19000000000000f03f'],
    ['a fixed32', new ProtobufWriter().fixed32(3, 0xfffffffe), '1dfeffffff'],
    ['a nested message', new ProtobufWriter().message(3, (nested) => nested.varint(1, 150)), '1a03089601'],
    ['an empty nested message', new ProtobufWriter().message(3, () => undefined), '1a00'],
    ['packed integers', new ProtobufWriter().packedIntegers(6, [3, 270, 86942]), '3206038e029ea705'],
    ['packed floats', new ProtobufWriter().packedFloats(6, [1, -2]), '32080000803f000000c0'],
    ['packed doubles', new ProtobufWriter().packedDoubles(6, [1]), '3208000000000000f03f'],
    ['nothing for an empty packed list', new ProtobufWriter().packedIntegers(6, []), ''],
  ];
  for (const [title, writer, expected] of cases) {
    it(`writes ${title}`, () => {
      expect(hex(writer)).to.equal(expected);
    });
  }

  it('keeps everything in order across blocks, large byte arrays and nested messages', () => {
    const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const texts = Array.from({ length: 2000 }, (_, index) => `text ${index}`);
    const message = new ProtobufWriter()
      .strings(1, texts)
      .message(2, (outer) =>
        outer
          .string(1, 'before')
          .message(2, (inner) => inner.bytes(3, large))
          .string(4, 'after'),
      )
      .strings(1, ['last'])
      .finish();

    const fields = [...readProtobuf(message)];
    expect(fields.filter((field) => field.number === 1).map((field) => field.string())).to.deep.equal([
      ...texts,
      'last',
    ]);
    const outer = [...(fields[2000]?.fields() ?? [])];
    expect(outer.map((field) => field.number)).to.deep.equal([1, 2, 4]);
    const inner = [...(outer[1]?.fields() ?? [])];
    expect(Buffer.from(inner[0]?.bytes() ?? []).equals(large)).to.equal(true);
  });

  it('can go on after finish', () => {
    const writer = new ProtobufWriter().varint(1, 1);
    const first = writer.finish();
    writer.varint(2, 2);
    expect(Buffer.from(first).toString('hex')).to.equal('0801');
    expect(hex(writer)).to.equal('08011002');
  });

  it('refuses what protobuf cannot hold', () => {
    expect(() => new ProtobufWriter().varint(0, 1)).to.throw(RangeError, 'field number');
    expect(() => new ProtobufWriter().varint(2 ** 29, 1)).to.throw(RangeError, 'field number');
    expect(() => new ProtobufWriter().varint(1, 1.5)).to.throw(RangeError, 'integer');
    expect(() => new ProtobufWriter().varint(1, 2 ** 53)).to.throw(RangeError, 'integer');
    expect(() => new ProtobufWriter().varint(1, 2n ** 64n)).to.throw(RangeError, '64 bits');
  });
});
