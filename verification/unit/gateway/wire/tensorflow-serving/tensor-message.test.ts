/** Bytes of tensors by our own reader and writer: those of TensorFlow and of the generated ones, as typed arrays. */
import { expect } from 'chai';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { TensorProtoMessage } from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import { writePredictAnswer } from '../../../../../gateway/wire/tensorflow-serving/predict-answer-message.ts';
import {
  readTensorMessage,
  TensorMessage,
} from '../../../../../gateway/wire/tensorflow-serving/tensor-message.ts';
import { fromTensorProto } from '../../../../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { toTensorProto, type PredictResponseMessage } from '../../../../support/generated-predictions.ts';
import { recordedMessages } from '../recorded.ts';

const codec = messageType<TensorProtoMessage>('tensorflow.TensorProto');
const fromHex = (hexadecimal: string): Buffer => Buffer.from(hexadecimal, 'hex');
const read = (bytes: Buffer): Tensor => fromTensorProto(readTensorMessage(bytes));

function written(tensor: Tensor, form: 'content' | 'values'): string {
  const message = new ProtobufWriter();
  new TensorMessage(tensor, form).writeTo(message);
  return Buffer.from(message.finish()).toString('hex');
}

const { strings } = recordedMessages;
const recorded = [...recordedMessages.tensors, { datatype: 'string', ...strings, repeated: strings.values }];

describe('readTensorMessage and TensorMessage', () => {
  for (const { datatype, content, values, repeated } of recorded) {
    it(`read what TensorFlow wrote of ${datatype} as the generated reader does`, () => {
      for (const bytes of [content, values, repeated].map(fromHex)) {
        expect(read(bytes)).to.deep.equal(fromTensorProto(codec.deserialize(bytes)));
      }
    });

    it(`write ${datatype} as TensorFlow does`, () => {
      const tensor = read(fromHex(values));
      expect(written(tensor, 'values')).to.equal(values);
      if (datatype !== 'string') expect(written(tensor, 'content')).to.equal(content);
    });
  }

  const typed: readonly (readonly [keyof TensorProtoMessage, object, unknown])[] = [
    ['float_val', { float_val: [1, 2] }, Float32Array.of(1, 2)],
    ['double_val', { double_val: [1, 2] }, Float64Array.of(1, 2)],
    ['int_val', { int_val: [-1, 2] }, Int32Array.of(-1, 2)],
    ['half_val', { half_val: [1, 2] }, Int32Array.of(1, 2)],
    ['int64_val', { int64_val: ['-1', '9007199254740993'] }, BigInt64Array.of(-1n, 9007199254740993n)],
    ['bool_val', { bool_val: [true, false] }, Uint8Array.of(1, 0)],
    ['uint32_val', { uint32_val: [4294967295] }, Uint32Array.of(4294967295)],
    ['uint64_val', { uint64_val: ['18446744073709551615'] }, BigUint64Array.of(18446744073709551615n)],
  ];
  for (const [name, message, elements] of typed) {
    it(`make no value of each number of ${name}`, () => {
      expect(readTensorMessage(codec.serialize(message))[name]).to.deep.equal(elements);
    });
  }

  it('give numbers that need no conversion to the tensor as they are', () => {
    const message = readTensorMessage(fromHex(written(floats, 'values')));
    expect(fromTensorProto(message).elements).to.equal(message.float_val);
  });

  for (const [title, message] of [
    ['an unknown rank', { dtype: 1, tensor_shape: { unknown_rank: true, dim: [] } }],
    [
      'names of axes, and a size of 62 bits',
      { tensor_shape: { dim: [{ size: String(2n ** 62n), name: 'a' }] } },
    ],
    ['nothing', {}],
    ['a datatype that nobody knows', { dtype: 99 }],
  ] as const) {
    it(`read ${title} as the generated reader does`, () => {
      const bytes = codec.serialize(message);
      const generated = codec.deserialize(bytes);
      const ours = readTensorMessage(bytes);
      expect(ours.dtype ?? 0).to.equal(generated.dtype);
      expect(ours.tensor_shape?.unknown_rank ?? false).to.equal(
        generated.tensor_shape?.unknown_rank ?? false,
      );
      expect((ours.tensor_shape?.dim ?? []).map(({ size }) => size)).to.deep.equal(
        (generated.tensor_shape?.dim ?? []).map(({ size }) => size),
      );
    });
  }
});

const floats: Tensor = { datatype: 'float32', shape: [2, 2], elements: Float32Array.of(0.1, -0, NaN, 1e-40) };
const tensors: Readonly<Record<string, Tensor>> = {
  floats,
  'a part of floats': { ...floats, shape: [2], elements: floats.elements.subarray(1, 3) },
  doubles: { datatype: 'float64', shape: [1], elements: Float64Array.of(0.1) },
  int64: { datatype: 'int64', shape: [3], elements: BigInt64Array.of(-1n, 2n ** 62n, 0n) },
  uint64: { datatype: 'uint64', shape: [1], elements: BigUint64Array.of(2n ** 64n - 1n) },
  int32: { datatype: 'int32', shape: [2], elements: Int32Array.of(-5, 2 ** 31 - 1) },
  uint32: { datatype: 'uint32', shape: [1], elements: Uint32Array.of(2 ** 32 - 1) },
  int16: { datatype: 'int16', shape: [2], elements: Int16Array.of(-32768, 128) },
  uint16: { datatype: 'uint16', shape: [1], elements: Uint16Array.of(65535) },
  int8: { datatype: 'int8', shape: [2], elements: Int8Array.of(-128, 127) },
  uint8: { datatype: 'uint8', shape: [2], elements: Uint8Array.of(0, 255) },
  bool: { datatype: 'bool', shape: [3], elements: Uint8Array.of(1, 0, 1) },
  float16: { datatype: 'float16', shape: [2], elements: Uint16Array.of(0x3c00, 0xffff) },
  bfloat16: { datatype: 'bfloat16', shape: [1], elements: Uint16Array.of(0x3f80) },
  strings: {
    datatype: 'string',
    shape: [3],
    elements: [Buffer.from('é'), Buffer.of(), Buffer.alloc(3000, 7)],
  },
  none: { datatype: 'int64', shape: [0, 2], elements: new BigInt64Array() },
  'a scalar': { datatype: 'float32', shape: [], elements: Float32Array.of(7) },
};

describe('writePredictAnswer', () => {
  const answers = messageType<PredictResponseMessage>('tensorflow.serving.PredictResponse');
  for (const form of ['values', 'content'] as const) {
    for (const [title, tensor] of Object.entries(tensors)) {
      it(`writes ${title} as ${form} byte for byte as the generated writer does`, () => {
        const spec = { name: 'Füchse', version: 20_240_131, signatureName: 'serving_default' };
        const generated = answers.serialize({
          model_spec: {
            name: spec.name,
            version_choice: 'version',
            version: { value: spec.version },
            signature_name: spec.signatureName,
          },
          outputs: { y: toTensorProto(tensor, form), z: toTensorProto(floats, form) },
        });
        const outputs = new Map([
          ['y', tensor],
          ['z', floats],
        ]);
        const ours = writePredictAnswer({ ...spec, outputs, form });
        expect(ours.toString('hex')).to.equal(generated.toString('hex'));
      });
    }
  }
});
