/** Integers of 64 bits in a JSON body, which a parser that makes floats of them would change. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { parseInferBody } from '../../../../../gateway/protocols/open-inference/parse-infer-body.ts';
import type { InferRequest } from '../../../../../gateway/wire/open-inference/infer-request.ts';

const input = (name: string, datatype: string, ...data: string[]): string =>
  `{"name":"${name}","datatype":"${datatype}","shape":[${data.length}],"data":[${data.join(',')}]}`;
const parse = (...inputs: string[]): InferRequest =>
  parseInferBody({ bytes: Buffer.from(`{"inputs":[${inputs.join(',')}]}`) });
const elementsIn = ({ inputs }: InferRequest): readonly unknown[] =>
  inputs.map(({ tensor }) => ('elements' in tensor ? tensor.elements : tensor.texts));

describe('parse-infer-body', () => {
  it('keeps integers of 64 bits from the lowest to the highest', () => {
    const read = parse(
      input('a', 'INT64', '-9223372036854775808', '9223372036854775807', '9007199254740993'),
      input('b', 'UINT64', '0', '18446744073709551615', '1e3'),
      input('c', 'FP32', '18446744073709551615', 'null', '1e30', '7'),
    );
    expect(elementsIn(read)).to.deep.equal([
      BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n),
      BigUint64Array.of(0n, 2n ** 64n - 1n, 1000n),
      Float32Array.of(2 ** 64, NaN, 1e30, 7),
    ]);
  });

  for (const [datatype, text] of [
    ['INT64', '9223372036854775808'],
    ['INT64', '-9223372036854775809'],
    ['UINT64', '18446744073709551616'],
    ['UINT64', '-9007199254740993'],
    ['UINT64', '1e19'],
    ['UINT64', '123456789012345678901234567890'],
    ['UINT32', '9007199254740993'],
  ] as const)
    it(`refuses ${text} as ${datatype} instead of letting it wrap around`, () => {
      expect(() => parse(input('a', datatype, '1', text))).to.throw(
        ServingError,
        new RegExp(`^Element 1 of .* is no value of ${datatype}`),
      );
    });
});
