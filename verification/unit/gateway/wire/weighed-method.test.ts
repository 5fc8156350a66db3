/** Messages that would hold a thread for seconds, told from others before they are read. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { weighedMethod } from '../../../../gateway/wire/weighed-method.ts';
import { inferenceServices } from '../../../../gateway/wire/open-inference/grpc-services.ts';
import { grpcServices } from '../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const { predictionService, packageDefinition } = grpcServices();
const { inferenceService, packageDefinition: inferenceDefinitions } = inferenceServices();
const predict = weighedMethod(predictionService, 'Predict', packageDefinition);
const classify = weighedMethod(predictionService, 'Classify', packageDefinition);
const infer = weighedMethod(inferenceService, 'ModelInfer', inferenceDefinitions);

/** A field of bytes, whatever they hold. */
function field(number: number, ...contents: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(contents);
  const head = [number * 8 + 2];
  let length = bytes.byteLength;
  for (; length >= 0x80; length = Math.floor(length / 0x80)) head.push((length % 0x80) + 0x80);
  return Buffer.concat([Buffer.from([...head, length]), bytes]);
}

const empties = (number: number, count: number): Buffer =>
  Buffer.alloc(2 * count, Buffer.from([number * 8 + 2, 0]));
const tensor = (...contents: readonly Buffer[]): Buffer =>
  field(2, field(1, Buffer.from('x')), field(2, ...contents));
/** Packed values of one feature, in its list of this number: 2 for floats, 3 for integers. */
const example = (list: number, values: Buffer): Buffer => {
  const feature = field(2, field(list, field(1, values)));
  return field(2, field(1, field(1, field(1, field(1, field(1, Buffer.from('x')), feature)))));
};
const twoMillion = 2_000_000;

describe('weighedMethod', () => {
  for (const [title, method, message] of [
    ['empty strings of a tensor', predict, tensor(empties(8, twoMillion))],
    ['axes of a tensor', predict, tensor(field(2, empties(2, twoMillion)))],
    ['packed integers of 64 bits', predict, tensor(field(10, Buffer.alloc(twoMillion, 1)))],
    ['names of outputs', predict, empties(3, twoMillion)],
    ['entries of a map', predict, empties(2, twoMillion)],
    ['examples', classify, field(2, field(1, empties(1, twoMillion)))],
    ['floats of examples', classify, example(2, Buffer.alloc(4 * 24_100_000))],
    ['integers of examples', classify, example(3, Buffer.alloc(twoMillion, 1))],
    ['strings of an input', infer, field(5, field(5, empties(8, twoMillion)))],
    ['raw inputs', infer, empties(7, twoMillion)],
  ] as const) {
    it(`refuses ${title} by the million, before they are read`, async () => {
      const error = await thrownBy(() => method.requestDeserialize(message));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'too-large' });
    });
  }

  /** A unit for each byte, the most that there is, but for a few bytes: a million units, the most that is read. */
  const heaviest: Readonly<Record<string, Buffer>> = {
    'names of outputs': Buffer.concat([empties(3, 499_999), field(3, Buffer.from('x'))]),
    'fields nobody knows': Buffer.concat([
      Buffer.alloc(999_998, Buffer.from([15 * 8, 0])),
      field(3, Buffer.from('x')),
    ]),
    'empty strings of a tensor': tensor(empties(8, 499_997)),
    'packed integers of 64 bits': tensor(field(10, Buffer.alloc(999_992, 1))),
  };
  for (const [title, message] of Object.entries(heaviest)) {
    it(`refuses ${title} in no message of a million bytes, which is why those are not weighed`, async () => {
      expect(message.byteLength).to.be.within(1_000_001, 1_000_007);
      expect(() => predict.requestDeserialize(message)).not.to.throw();
      const another = Buffer.concat([message, empties(3, 1)]);
      const error = await thrownBy(() => predict.requestDeserialize(another));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'too-large' });
    });
  }

  it('reads many numbers, and large pieces that are what they are', () => {
    const message = Buffer.concat([
      tensor(field(5, Buffer.alloc(4 * twoMillion)), field(7, Buffer.alloc(twoMillion, 1))),
      tensor(field(4, Buffer.alloc(twoMillion))),
    ]);
    expect(() => predict.requestDeserialize(message)).not.to.throw();
  });

  it('knows no method that the service does not have', () => {
    expect(() => weighedMethod(predictionService, 'Guess', packageDefinition)).to.throw('no method Guess');
  });
});
