/** Reading a TensorProto, as TensorFlow wrote it and as nobody should. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { datatypeName, datatypeNumbered } from '../../../../../gateway/wire/tensorflow-serving/datatypes.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { TensorProtoMessage } from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import { fromTensorProto } from '../../../../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessages, recordedSchema } from '../recorded.ts';

const codec = messageType<TensorProtoMessage>('tensorflow.TensorProto');
const read = (hexadecimal: string): Tensor =>
  fromTensorProto(codec.deserialize(Buffer.from(hexadecimal, 'hex')));

function memoryOf(tensor: Tensor): string {
  if (tensor.datatype === 'string') throw new Error('This is a tensor of strings.');
  const { buffer, byteOffset, byteLength } = tensor.elements;
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

describe('fromTensorProto', () => {
  recordedMessages.tensors.forEach(({ datatype, shape, raw, content, values, repeated }) => {
    it(`reads what TensorFlow wrote of ${datatype}, both forms`, () => {
      for (const form of [content, values]) {
        const tensor = read(form);
        expect(tensor).to.deep.include({ datatype, shape });
        expect(memoryOf(tensor)).to.equal(raw);
      }
    });

    it(`repeats the last ${datatype} for what is missing`, () => {
      const tensor = read(repeated);
      expect(tensor.shape).to.deep.equal([4]);
      expect(memoryOf(tensor)).to.equal(raw.slice(0, raw.length / 3).repeat(4));
    });
  });

  it('covers every numeric datatype of the house', () => {
    const numbers = Object.values(recordedSchema.enums['tensorflow.DataType'] ?? {});
    const ours = numbers.map(datatypeNumbered).filter((datatype) => datatype !== undefined);
    expect(recordedMessages.tensors.map(({ datatype }) => datatype)).to.have.members(
      ours.filter((datatype) => datatype !== 'string'),
    );
  });

  it('has the names and numbers of TensorFlow', () => {
    const numbers = recordedSchema.enums['tensorflow.DataType'] ?? {};
    for (const [name, number] of Object.entries(numbers)) {
      const datatype = datatypeNumbered(number);
      if (datatype !== undefined) expect(datatypeName(datatype)).to.equal(name);
    }
  });

  it('reads strings from string_val', () => {
    const elements = [Buffer.of(0xff, 0xd8, 0xff), Buffer.from('zwölf')];
    const tensor = read(recordedMessages.strings.values);
    expect(tensor).to.deep.equal({ datatype: 'string', shape: [2], elements });
  });

  it('reads strings from tensor_content', () => {
    expect(read(recordedMessages.strings.content)).to.deep.equal({
      datatype: 'string',
      shape: [3],
      elements: [Buffer.from('abc'), Buffer.from(''), Buffer.from('x'.repeat(130))],
    });
  });

  it('does not copy a picture', () => {
    const message = codec.deserialize(Buffer.from(recordedMessages.strings.values, 'hex'));
    const tensor = fromTensorProto(message);
    expect(tensor.elements[0]).to.equal(message.string_val?.[0]);
  });

  it('reads no values as zeros, and no shape as a scalar', () => {
    expect(fromTensorProto({ dtype: 1, tensor_shape: { dim: [{ size: '2' }] } })).to.deep.equal({
      datatype: 'float32',
      shape: [2],
      elements: Float32Array.of(0, 0),
    });
    expect(fromTensorProto({ dtype: 9, int64_val: ['7'] })).to.deep.include({ shape: [] });
    expect(fromTensorProto({ dtype: 7, tensor_shape: { dim: [{ size: '0' }] } }).elements).to.deep.equal([]);
  });

  it('takes any byte but 0 for true', () => {
    const message = { dtype: 10, tensor_shape: shape(3), tensor_content: Buffer.of(0, 1, 200) };
    expect(fromTensorProto(message).elements).to.deep.equal(Uint8Array.of(0, 1, 1));
  });
});

const shape = (...sizes: (number | string)[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

describe('fromTensorProto refuses', () => {
  const hostile: readonly [title: string, message: TensorProtoMessage][] = [
    ['a datatype that is none', { dtype: 0 }],
    ['a datatype nobody here has', { dtype: 8 }],
    ['an unknown rank', { dtype: 1, tensor_shape: { unknown_rank: true } }],
    ['a negative size', { dtype: 1, tensor_shape: shape(-1) }],
    [
      'two negative sizes, whose product is positive',
      { dtype: 1, tensor_shape: shape(-2, -2), float_val: [1] },
    ],
    ['a size of 2^62', { dtype: 4, tensor_shape: shape('4611686018427387904') }],
    ['sizes whose product overflows 64 bits to 0', { dtype: 4, tensor_shape: shape(2 ** 32, 2 ** 32) }],
    [
      'sizes whose product overflows 64 bits to 16',
      { dtype: 4, tensor_shape: shape(16, '1152921504606846977') },
    ],
    ['a huge shape with one value', { dtype: 1, tensor_shape: shape(100_000, 100_000), float_val: [1] }],
    ['a huge shape with no value', { dtype: 2, tensor_shape: shape(2 ** 40) }],
    [
      'a huge shape with few bytes',
      { dtype: 1, tensor_shape: shape(2 ** 40), tensor_content: Buffer.alloc(4) },
    ],
    ['a huge shape of strings', { dtype: 7, tensor_shape: shape(2 ** 31), string_val: [Buffer.of(1)] }],
    ['a byte too few', { dtype: 1, tensor_shape: shape(2), tensor_content: Buffer.alloc(7) }],
    ['a byte too many', { dtype: 1, tensor_shape: shape(2), tensor_content: Buffer.alloc(9) }],
    ['more values than the shape has room for', { dtype: 1, tensor_shape: shape(1), float_val: [1, 2] }],
    ['values for a shape without room', { dtype: 1, tensor_shape: shape(0), float_val: [1] }],
    ['an int8 of 128', { dtype: 6, tensor_shape: shape(1), int_val: [128] }],
    ['a uint16 of -1', { dtype: 17, tensor_shape: shape(1), int_val: [-1] }],
    ['17 bits for a half', { dtype: 19, tensor_shape: shape(1), half_val: [65536] }],
    ['255 axes', { dtype: 1, tensor_shape: shape(...Array.from({ length: 255 }, () => 1)), float_val: [1] }],
    ['more strings than lengths', { dtype: 7, tensor_shape: shape(2 ** 40), tensor_content: Buffer.of(0) }],
    ['a string longer than the bytes', { dtype: 7, tensor_shape: shape(1), tensor_content: Buffer.of(5, 1) }],
    ['bytes after the last string', { dtype: 7, tensor_shape: shape(1), tensor_content: Buffer.of(1, 1, 1) }],
    ['a length without an end', { dtype: 7, tensor_shape: shape(1), tensor_content: Buffer.alloc(12, 0xff) }],
  ];
  it('a string for more elements than it may stand for, and says how many', async () => {
    const message = { dtype: 7, tensor_shape: shape(100_001), string_val: [Buffer.of(1), Buffer.of(2)] };
    expect(await thrownBy(() => fromTensorProto(message)))
      .to.have.property('message')
      .that.includes('2 strings for a shape of 100001 elements')
      .and.includes('up to 100000 only; send them all, or a smaller tensor.');
    const whole = Array.from({ length: 100_001 }, () => Buffer.of(1));
    expect(() => fromTensorProto({ ...message, string_val: whole })).not.to.throw();
  });

  hostile.forEach(([title, message]) => {
    it(title, async () => {
      const error = await thrownBy(() => fromTensorProto(message));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
    });
  });
});
