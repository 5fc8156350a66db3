/** Tensors inside a graph: raw bytes, value lists that repeat their last value, and absurd shapes. */
import { expect } from 'chai';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { readTensorProto } from '../../../../../converter/readers/saved-model/tensor-proto.ts';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import { readProtobuf } from '../../../../../gateway/protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';

/** Writes a TensorProto of TensorFlow's datatype number and reads it back. */
function tensor(
  datatype: number,
  shape: readonly number[],
  write: (proto: ProtobufWriter) => unknown = () => undefined,
): Tensor | undefined {
  const outer = new ProtobufWriter().message(8, (proto) => {
    proto.varint(1, datatype);
    proto.message(2, (axes) => {
      shape.forEach((size) => axes.message(2, (axis) => axis.varint(1, size)));
    });
    write(proto);
  });
  for (const field of readProtobuf(outer.finish())) return readTensorProto(field);
  return undefined;
}

const text = (value: string) => Uint8Array.from(Buffer.from(value));

describe('readTensorProto', () => {
  it('reads raw bytes in their own memory', () => {
    const bytes = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    expect(tensor(1, [3], (proto) => proto.bytes(4, bytes))).to.deep.equal({
      datatype: 'float32',
      shape: [3],
      elements: Float32Array.of(1, 2, 3),
    });
  });

  const lists: readonly [title: string, actual: () => Tensor | undefined, elements: Tensor['elements']][] = [
    ['float', () => tensor(1, [2], (proto) => proto.packedFloats(5, [0.5, 2])), Float32Array.of(0.5, 2)],
    ['double', () => tensor(2, [1], (proto) => proto.packedDoubles(6, [0.1])), Float64Array.of(0.1)],
    ['int32', () => tensor(3, [2], (proto) => proto.packedIntegers(7, [-1, 5])), Int32Array.of(-1, 5)],
    ['uint8', () => tensor(4, [2], (proto) => proto.packedIntegers(7, [255, 0])), Uint8Array.of(255, 0)],
    [
      'int64',
      () => tensor(9, [1], (proto) => proto.packedIntegers(10, [-(2n ** 60n)])),
      BigInt64Array.of(-(2n ** 60n)),
    ],
    ['bool', () => tensor(10, [2], (proto) => proto.packedIntegers(11, [1, 0])), Uint8Array.of(1, 0)],
    ['half', () => tensor(19, [1], (proto) => proto.packedIntegers(13, [0x3c00])), Uint16Array.of(0x3c00)],
    ['string', () => tensor(7, [2], (proto) => proto.string(8, 'a').string(8, '')), [text('a'), text('')]],
  ];
  for (const [title, actual, elements] of lists) {
    it(`reads a list of ${title} values`, () => {
      expect(actual()?.elements).to.deep.equal(elements);
    });
  }

  it('lets the last value fill the rest of the shape', () => {
    expect(tensor(3, [2, 2], (proto) => proto.packedIntegers(7, [4, 9]))?.elements).to.deep.equal(
      Int32Array.of(4, 9, 9, 9),
    );
    expect(tensor(9, [3], (proto) => proto.packedIntegers(10, [7]))?.elements).to.deep.equal(
      BigInt64Array.of(7n, 7n, 7n),
    );
    expect(tensor(7, [2], (proto) => proto.string(8, 'a'))?.elements).to.deep.equal([text('a'), text('a')]);
  });

  it('gives zeros and empty strings where nothing is written', () => {
    expect(tensor(1, [2])?.elements).to.deep.equal(Float32Array.of(0, 0));
    expect(tensor(7, [1])?.elements).to.deep.equal([text('')]);
    expect(tensor(3, [0, 5])).to.deep.equal({ datatype: 'int32', shape: [0, 5], elements: Int32Array.of() });
  });

  it('takes a missing shape for a scalar', () => {
    const outer = new ProtobufWriter().message(8, (proto) => proto.varint(1, 3).varint(7, 6)).finish();
    const [field] = readProtobuf(outer);
    expect(field && readTensorProto(field)).to.deep.equal({
      datatype: 'int32',
      shape: [],
      elements: Int32Array.of(6),
    });
  });

  it('reads strings packed into raw bytes', () => {
    const packed = Uint8Array.of(2, 0, 1, 97, 98, 99);
    expect(tensor(7, [3], (proto) => proto.bytes(4, packed))?.elements).to.deep.equal([
      text('ab'),
      text(''),
      text('c'),
    ]);
    expect(() => tensor(7, [2], (proto) => proto.bytes(4, packed))).to.throw(MalformedBytes, 'more bytes');
  });

  it('knows references by what they refer to, and leaves unknown datatypes out', () => {
    expect(tensor(101, [1])?.datatype).to.equal('float32');
    expect(tensor(14, [1])).to.equal(undefined);
    expect(tensor(20, [])).to.equal(undefined);
  });

  it('refuses shapes that a few bytes could never mean', () => {
    const one = (proto: ProtobufWriter) => proto.packedFloats(5, [1]);
    expect(() => tensor(1, [2 ** 26 + 1], one)).to.throw(MalformedBytes, 'repeats 1 values');
    expect(() => tensor(1, [2 ** 40, 2 ** 40], one)).to.throw(MalformedBytes, 'claims the shape');
    expect(() => tensor(1, [2 ** 40, 2 ** 40, 0], one)).to.throw(MalformedBytes, 'claims the shape');
    expect(() => tensor(1, [-1], one)).to.throw(MalformedBytes, 'unknown sizes');
    expect(() => tensor(1, [3], (proto) => proto.bytes(4, new Uint8Array(8)))).to.throw(
      MalformedBytes,
      'needs 12',
    );
  });
});
