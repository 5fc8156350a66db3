/** Answers to gRPC predictions, read as the generated reader reads them, whatever form the floats come in. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { readPredictAnswer } from '../../../../../gateway/wire/tensorflow-serving/predict-answer-message.ts';
import { fromTensorProto } from '../../../../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { toTensorProto, type PredictResponseMessage } from '../../../../support/generated-predictions.ts';

const messages = messageType<PredictResponseMessage>('tensorflow.serving.PredictResponse');

const tensors: Readonly<Record<string, Tensor>> = {
  scores: { datatype: 'float32', shape: [2, 2], elements: Float32Array.of(0.1, -0, NaN, 1e-40) },
  ä: { datatype: 'float64', shape: [1], elements: Float64Array.of(0.1) },
  classes: { datatype: 'int64', shape: [2], elements: BigInt64Array.of(-1n, 2n ** 62n) },
  small: { datatype: 'int64', shape: [4], elements: BigInt64Array.of(0n, 286n, 2n ** 48n, 2n ** 53n) },
  few: { datatype: 'int64', shape: [1, 2], elements: BigInt64Array.of(127n, 128n) },
  scalar: { datatype: 'float32', shape: [], elements: Float32Array.of(7) },
  truths: { datatype: 'bool', shape: [2], elements: Uint8Array.of(1, 0) },
  labels: { datatype: 'string', shape: [2], elements: [Buffer.from('cat'), Buffer.alloc(300, 1)] },
  none: { datatype: 'float32', shape: [0], elements: Float32Array.of() },
};

/** As the generated reader reads it. */
const generated = (bytes: Buffer): ReadonlyMap<string, Tensor> =>
  new Map(
    Object.entries(messages.deserialize(bytes).outputs ?? {}).map(([name, message]) => [
      name,
      fromTensorProto(message),
    ]),
  );

/** The typed arrays and buffers of both sides may differ in kind, not in values. */
const comparable = (outputs: ReadonlyMap<string, Tensor>): unknown =>
  Array.from(outputs, ([name, { elements, ...tensor }]) => [
    name,
    tensor,
    Array.from<unknown, string>(elements, (element) => String(element)),
  ]);

const answerOf = (form: 'values' | 'content'): Buffer =>
  messages.serialize({
    model_spec: { name: 'm', version: { value: '7' }, signature_name: 's' },
    outputs: Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, toTensorProto(tensor, form)]),
    ),
  });

/** The tag of the first field of a message's bytes, its length and the bytes. */
const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.of(8 * number + 2, bytes.length), bytes]);

/** An answer with the one output `x`, whose tensor has these fields besides its datatype float32 and its shape [2]. */
const answerWith = (...fields: readonly Buffer[]): Buffer => {
  const shape = field(2, field(2, Buffer.of(8, 2)));
  const tensor = Buffer.concat([Buffer.of(8, 1), shape, ...fields]);
  return field(1, Buffer.concat([field(1, Buffer.from('x')), field(2, tensor)]));
};

const one = Buffer.from(Float32Array.of(1).buffer);
const two = Buffer.from(Float32Array.of(2).buffer);
const unpacked = (float: Buffer): Buffer => Buffer.concat([Buffer.of(8 * 5 + 5), float]);

describe('readPredictAnswer', () => {
  for (const form of ['values', 'content'] as const) {
    it(`reads ${form} as the generated reader does`, () => {
      const bytes = answerOf(form);
      expect(comparable(readPredictAnswer(bytes, Object.keys(tensors)))).to.deep.equal(
        comparable(generated(bytes)),
      );
    });
  }

  for (const form of ['values', 'content'] as const) {
    it(`leaves nothing of ${form} in the memory of the message, which the next answer overwrites`, () => {
      const bytes = answerOf(form);
      const outputs = readPredictAnswer(bytes, Object.keys(tensors));
      const before = comparable(outputs);
      bytes.fill(0xff);
      expect(comparable(outputs)).to.deep.equal(before);
    });
  }

  const forms: readonly [string, Buffer][] = [
    ['packed', answerWith(field(5, Buffer.concat([one, two])))],
    ['one by one', answerWith(unpacked(one), unpacked(two))],
    ['packed in two parts', answerWith(field(5, one), field(5, two))],
    ['packed and one by one', answerWith(unpacked(one), field(5, two))],
    [
      'packed, after a field that nobody knows',
      answerWith(Buffer.of(0xf8, 0x07, 1), field(5, Buffer.concat([one, two]))),
    ],
  ];
  forms.forEach(([title, bytes]) => {
    it(`reads floats that come ${title}`, () => {
      const tensor = readPredictAnswer(bytes, ['x']).get('x');
      expect(tensor).to.deep.equal({ datatype: 'float32', shape: [2], elements: Float32Array.of(1, 2) });
    });
  });

  it('repeats the last of too few floats, as TensorFlow does', () => {
    const tensor = readPredictAnswer(answerWith(field(5, one)), ['x']).get('x');
    expect(Array.from(tensor?.elements ?? [], Number)).to.deep.equal([1, 1]);
  });

  it('refuses an integer that never ends', () => {
    const endless = field(10, Buffer.of(0x81));
    expect(() => readPredictAnswer(answerWith(endless), ['x'])).to.throw();
  });

  it('reads a shape whose axes have names', () => {
    const shape = { dim: [{ size: '2', name: 'rows' }] };
    const bytes = messages.serialize({
      outputs: { x: { dtype: 1, tensor_shape: shape, float_val: [1, 2] } },
    });
    expect(readPredictAnswer(bytes, ['x'])).to.deep.equal(generated(bytes));
  });

  for (const [title, shape] of [
    ['whose rank is unknown', { dim: [], unknown_rank: true }],
    ['with a negative size', { dim: [{ size: '-1' }] }],
  ] as const) {
    it(`refuses a shape ${title}`, () => {
      const bytes = messages.serialize({ outputs: { x: { dtype: 1, tensor_shape: shape, float_val: [1] } } });
      expect(() => readPredictAnswer(bytes, ['x'])).to.throw(ServingError);
    });
  }

  it('reads nothing of an output that nobody asked for', () => {
    const nonsense = { dtype: 1, tensor_shape: { dim: [{ size: '-1' }] }, float_val: [1] };
    const good = { dtype: 1, tensor_shape: { dim: [{ size: '1' }] }, float_val: [1] };
    const bytes = messages.serialize({ outputs: { nonsense, good, more: good } });
    expect([...readPredictAnswer(bytes, ['good', 'absent']).keys()]).to.deep.equal(['good']);
  });

  it('refuses every answer that is cut off inside', () => {
    const bytes = answerWith(field(5, Buffer.concat([one, two])));
    for (let length = 1; length < bytes.length; length += 1) {
      expect(() => readPredictAnswer(bytes.subarray(0, length), ['x']), `${length} bytes`).to.throw();
    }
  });

  it('refuses half a float, a field of an unknown kind and a number without an end', () => {
    const readX = (bytes: Buffer) => () => readPredictAnswer(bytes, ['x']);
    expect(readX(answerWith(field(5, one.subarray(1))))).to.throw('half a float');
    expect(readX(Buffer.of(8 * 9 + 3))).to.throw(MalformedBytes, 'wire type 3');
    expect(readX(Buffer.alloc(12, 0xff))).to.throw(MalformedBytes, 'more than 64 bits');
  });
});
