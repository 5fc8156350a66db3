/** Repeated numbers as typed arrays: the bytes of the specification, whichever way they were split. */
import { expect } from 'chai';
import { MalformedBytes } from '../../../../gateway/protobuf/malformed-bytes.ts';
import {
  packIntegers,
  RepeatedNumbers,
  unpackBooleans,
  unpackDoubles,
  unpackFloats,
  unpackInt32,
  unpackInt64,
  unpackUint32,
  unpackUint64,
} from '../../../../gateway/protobuf/packed-numbers.ts';
import { readProtobuf } from '../../../../gateway/protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../../../gateway/protobuf/protobuf-writer.ts';

/** Each with its varint, as protobuf's documentation makes it: seven bits a byte, the lowest first. */
const varints: readonly (readonly [value: bigint, hexadecimal: string])[] = [
  [0n, '00'],
  [1n, '01'],
  [127n, '7f'],
  [128n, '8001'],
  [150n, '9601'],
  [2n ** 28n - 1n, 'ffffff7f'],
  [2n ** 28n, '8080808001'],
  [2n ** 32n, '8080808010'],
  [2n ** 35n - 1n, 'ffffffff7f'],
  [2n ** 35n, '808080808001'],
  [2n ** 63n - 1n, 'ffffffffffffffff7f'],
  [-(2n ** 63n), '80808080808080808001'],
  [-1n, 'ffffffffffffffffff01'],
];
const packed = Buffer.from(varints.map(([, hexadecimal]) => hexadecimal).join(''), 'hex');
const values = varints.map(([value]) => value);

describe('packed integers', () => {
  it('of 64 bits are read and written as the specification has them', () => {
    const signed = BigInt64Array.from(values);
    expect(unpackInt64(packed)).to.deep.equal(signed);
    expect(Buffer.from(packIntegers(signed)).toString('hex')).to.equal(packed.toString('hex'));
    const unsigned = BigUint64Array.from(values, (value) => BigInt.asUintN(64, value));
    expect(unpackUint64(packed)).to.deep.equal(unsigned);
    expect(Buffer.from(packIntegers(unsigned)).toString('hex')).to.equal(packed.toString('hex'));
  });

  it('of 32 bits are the low half of what was sent', () => {
    expect(unpackInt32(packed)).to.deep.equal(
      Int32Array.from(values, (value) => Number(BigInt.asIntN(32, value))),
    );
    expect(unpackUint32(packed)).to.deep.equal(
      Uint32Array.from(values, (value) => Number(BigInt.asUintN(32, value))),
    );
  });

  it('are true unless they are 0', () => {
    expect(unpackBooleans(packed)).to.deep.equal(Uint8Array.from(values, (value) => (value === 0n ? 0 : 1)));
  });

  for (const integers of [
    Int8Array.of(-128, -1, 0, 127),
    Uint8Array.of(0, 128, 255),
    Int16Array.of(-32768, 300),
    Uint16Array.of(0, 65535),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    Uint32Array.of(0, 2 ** 32 - 1),
    BigInt64Array.of(7n, 8n, 9n).subarray(1),
    new BigInt64Array(),
  ]) {
    it(`are written from ${integers.constructor.name} of ${integers.length} as one by one`, () => {
      const message = new ProtobufWriter().packedIntegers(1, integers).finish();
      const [field] = readProtobuf(message);
      expect(Buffer.from(packIntegers(integers))).to.deep.equal(Buffer.from(field?.bytes() ?? []));
    });
  }

  for (const [title, bytes] of [
    ['without an end', Buffer.of(1, 0x80)],
    ['of eleven bytes', Buffer.concat([Buffer.alloc(10, 0x80), Buffer.of(1)])],
  ] as const) {
    it(`${title} are refused`, () => {
      expect(() => unpackInt64(bytes)).to.throw(MalformedBytes);
    });
  }
});

describe('packed floats', () => {
  const floats = Float32Array.of(0.1, -0, NaN, 1e-40);
  const doubles = Float64Array.of(0.1, -0, NaN, 5e-324);

  it('are read from any place in memory', () => {
    const shifted = (bytes: ArrayBufferLike): Buffer =>
      Buffer.concat([Buffer.of(9), Buffer.from(bytes)]).subarray(1);
    expect(unpackFloats(shifted(floats.buffer))).to.deep.equal(floats);
    expect(unpackDoubles(shifted(doubles.buffer))).to.deep.equal(doubles);
  });

  it('are refused when the last one is not whole', () => {
    expect(() => unpackFloats(Buffer.alloc(7))).to.throw(MalformedBytes, 'half a float');
    expect(() => unpackDoubles(Buffer.alloc(12))).to.throw(MalformedBytes, 'half a double');
  });
});

describe('repeated numbers', () => {
  const gathered = (message: ProtobufWriter): RepeatedNumbers => {
    const numbers = new RepeatedNumbers();
    for (const field of readProtobuf(message.finish())) numbers.add(field, 'varint');
    return numbers;
  };

  it('come packed, one by one, and both', () => {
    const count = 1000;
    const mixed = new ProtobufWriter().packedIntegers(1, [1, 300]);
    for (let value = 0; value < count; value += 1) mixed.varint(1, value);
    mixed
      .packedIntegers(1, [-5n, 2n ** 40n])
      .packedIntegers(1, [])
      .varint(1, 9);
    const all = [1n, 300n, ...Array.from({ length: count }, (_, value) => BigInt(value)), -5n, 2n ** 40n, 9n];
    expect(unpackInt64(gathered(mixed).packed)).to.deep.equal(BigInt64Array.from(all));
  });

  it('are a view of the message that they came in as one piece, whatever empty ones are around it', () => {
    const empty = Buffer.of(8 + 2, 0);
    const piece = Buffer.from(new ProtobufWriter().packedIntegers(1, [1, 2, 3]).finish());
    for (const message of [piece, Buffer.concat([empty, piece]), Buffer.concat([piece, empty])]) {
      const numbers = new RepeatedNumbers();
      for (const field of readProtobuf(message)) numbers.add(field, 'varint');
      expect(numbers.packed.buffer).to.equal(message.buffer);
      expect(unpackInt32(numbers.packed)).to.deep.equal(Int32Array.of(1, 2, 3));
    }
  });

  it('are refused as what holds no numbers of their kind', () => {
    expect(() => gathered(new ProtobufWriter().float(1, 1))).to.throw(MalformedBytes, 'fixed32');
  });
});
