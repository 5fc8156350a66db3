/** Requests to predict that are encoded as no usual writer does mean what the generated reader makes of them, or the specification. */
import { expect } from 'chai';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { TensorProtoMessage } from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import { readPredictRequestMessage } from '../../../../../gateway/wire/tensorflow-serving/predict-request-message.ts';
import type { PredictRequestMessage } from '../../../../support/generated-predictions.ts';

const messages = messageType<PredictRequestMessage>('tensorflow.serving.PredictRequest');

/** The tag of a field, its length and its contents; text by its bytes. */
function field(number: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const bytes = Buffer.concat(contents.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.of(8 * number + 2, bytes.length), bytes]);
}

const varint = (number: number, ...bytes: readonly number[]): Buffer => Buffer.of(8 * number, ...bytes);

const key = (name: string): Buffer => field(1, name);
const value = (...fields: readonly Buffer[]): Buffer => field(2, ...fields);
const input = (...fields: readonly Buffer[]): Buffer => field(2, ...fields);
const float = varint(1, 1);
const string = varint(1, 7);
const size = (length: number): Buffer => field(2, varint(1, length));
const shape = (...fields: readonly Buffer[]): Buffer => field(2, ...fields);
const text = (contents: string): Buffer => field(8, contents);
/** With the number 31, which none of the messages has: one of each wire type. */
const unknown = Buffer.concat([
  Buffer.of(0xf8, 1, 0x80, 1),
  Buffer.of(0xf9, 1, ...Buffer.alloc(8, 1)),
  Buffer.of(0xfa, 1, 2, 0xff, 0xff),
  Buffer.of(0xfd, 1, ...Buffer.alloc(4, 1)),
]);
const usual = value(string, shape(size(1)), text('a'));

const requests: Readonly<Record<string, Buffer>> = {
  'nothing at all': Buffer.of(),
  'a value before its key': input(usual, key('x')),
  'a key twice in an entry': input(key('x'), key('y'), usual),
  'a value twice in an entry': input(key('x'), value(float, size(9)), usual),
  'the same input twice': Buffer.concat([input(key('x'), value(float)), input(key('x'), usual)]),
  'no key': input(usual),
  'an empty value': input(key('x'), value()),
  'a datatype twice': input(key('x'), value(float, string, text('a'))),
  'a datatype that is negative': input(key('x'), value(varint(1, ...Buffer.alloc(9, 0xff), 1))),
  'a datatype of more than 32 bits': input(key('x'), value(varint(1, 0x87, 0x80, 0x80, 0x80, 0x10))),
  'a datatype of 64 bits': input(key('x'), value(varint(1, 0x87, ...Buffer.alloc(8, 0x80), 1))),
  'a datatype with needless bytes': input(key('x'), value(varint(1, 0x87, 0x80, 0))),
  'a shape twice': input(key('x'), value(shape(size(1), varint(3, 1)), shape(size(2)))),
  'a size twice': input(key('x'), value(shape(field(2, varint(1, 3), varint(1, 4))))),
  'an axis without a size': input(key('x'), value(shape(field(2)))),
  'content twice': input(key('x'), value(float, field(4, 'abcd'), field(4, 'efgh'))),
  'strings before the datatype': input(key('x'), value(text('a'), shape(size(2)), text(''), string)),
  'numbers in pieces': input(
    key('x'),
    value(field(7, Buffer.of(1, 2)), varint(7, 3), field(7), varint(7, 4)),
  ),
  'no numbers in a packed field': input(key('x'), value(field(5), field(10))),
  'outputs before inputs': Buffer.concat([field(3, 'b'), input(key('x'), usual), field(3, 'a'), field(3)]),
  'a specification twice': Buffer.concat([field(1, field(1, 'a'), field(3, 's')), field(1, field(1, 'b'))]),
  'a version and then a label': field(1, field(2, varint(1, 7)), field(4, 'stable')),
  'unknown fields everywhere': Buffer.concat([
    unknown,
    field(1, unknown, field(1, 'm')),
    input(unknown, key('x'), value(unknown, string, shape(unknown, size(1)), text('a')), unknown),
    unknown,
  ]),
  'names that objects have of their own': Buffer.concat(
    ['__proto__', 'constructor'].map((name) => input(key(name), usual)),
  ),
  'a name that is no UTF-8': input(field(1, Buffer.of(0xff, 0x41)), usual),
};

const lists = [
  'half_val',
  'float_val',
  'double_val',
  'int_val',
  'int64_val',
  'bool_val',
  'uint32_val',
  'uint64_val',
] as const;

/** What a tensor says, with its defaults and in one type for all that either reader makes of a value. */
function meaning(message: TensorProtoMessage): unknown {
  const { dtype = 0, tensor_shape, tensor_content = Buffer.of(), string_val = [] } = message;
  return {
    dtype,
    rank: tensor_shape?.unknown_rank === true ? 'unknown' : (tensor_shape?.dim ?? []).length,
    sizes: (tensor_shape?.dim ?? []).map((axis) => String(axis.size)),
    content: Buffer.from(tensor_content).toString('hex'),
    strings: string_val.map((one) => Buffer.from(one).toString('hex')),
    numbers: lists.map((list) => Array.from<unknown, number>(message[list] ?? [], Number)),
  };
}

const meanings = (inputs: Iterable<readonly [string, TensorProtoMessage]>): unknown =>
  new Map(Array.from(inputs, ([name, message]) => [name, meaning(message)]));

describe('readPredictRequestMessage', () => {
  for (const [title, bytes] of Object.entries(requests)) {
    it(`reads ${title} as the generated reader does`, () => {
      const { model_spec: spec, inputs = {}, output_filter: outputs } = messages.deserialize(bytes);
      const ours = readPredictRequestMessage(bytes);
      expect(ours.spec ?? null).to.deep.equal(spec);
      expect(ours.outputs).to.deep.equal(outputs);
      expect(meanings(ours.inputs)).to.deep.equal(meanings(Object.entries(inputs)));
    });
  }

  // Of which the generated reader cannot make anything.
  for (const [title, entry, name] of [
    ['no value', input(key('x')), 'x'],
    ['neither key nor value', input(), ''],
  ] as const) {
    it(`reads ${title} as the empty one, as the specification has it`, () => {
      const { inputs } = readPredictRequestMessage(entry);
      expect(meanings(inputs)).to.deep.equal(meanings([[name, {}]]));
    });
  }
});
