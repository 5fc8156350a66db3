/** Tensors in the typed fields of messages, as they come over the wire. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { inferenceServices } from '../../../../../gateway/wire/open-inference/grpc-services.ts';
import { fromInferRequest } from '../../../../../gateway/wire/open-inference/infer-messages.ts';
import type { ModelInferRequestMessage } from '../../../../../gateway/wire/open-inference/messages.ts';

const method = inferenceServices().inferenceService['ModelInfer'];

function read(datatype: string, contents: object): Tensor {
  if (method === undefined) throw new Error('there is no inference');
  const sent = { inputs: [{ name: 'a', datatype, shape: ['2'], contents }] };
  const message: ModelInferRequestMessage = method.requestDeserialize(method.requestSerialize(sent));
  const [input] = fromInferRequest(message).inputs;
  if (input === undefined || 'texts' in input.tensor) throw new Error('there is no tensor');
  return input.tensor;
}

describe('typed contents', () => {
  const cases: readonly (readonly [string, object, Tensor['elements']])[] = [
    ['BOOL', { bool_contents: [true, false] }, Uint8Array.of(1, 0)],
    ['UINT8', { uint_contents: [0, 255] }, Uint8Array.of(0, 255)],
    ['UINT16', { uint_contents: [0, 65535] }, Uint16Array.of(0, 65535)],
    ['UINT32', { uint_contents: [0, 2 ** 32 - 1] }, Uint32Array.of(0, 2 ** 32 - 1)],
    ['UINT64', { uint64_contents: ['0', '18446744073709551615'] }, BigUint64Array.of(0n, 2n ** 64n - 1n)],
    ['INT8', { int_contents: [-128, 127] }, Int8Array.of(-128, 127)],
    ['INT16', { int_contents: [-32768, 32767] }, Int16Array.of(-32768, 32767)],
    ['INT32', { int_contents: [-(2 ** 31), 2 ** 31 - 1] }, Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
    [
      'INT64',
      { int64_contents: ['-9223372036854775808', '9223372036854775807'] },
      BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    ],
    ['FP32', { fp32_contents: [0.5, -2] }, Float32Array.of(0.5, -2)],
    ['FP64', { fp64_contents: [0.1, 1e308] }, Float64Array.of(0.1, 1e308)],
    ['BYTES', { bytes_contents: [Buffer.of(0xff), Buffer.of()] }, [Buffer.of(0xff), Buffer.of()]],
  ];
  for (const [datatype, contents, elements] of cases) {
    it(`are read as ${datatype}`, () => {
      expect(read(datatype, contents).elements).to.deep.equal(elements);
    });
  }

  const faults: readonly (readonly [string, object, RegExp])[] = [
    ['UINT8', { uint_contents: [0, 256] }, /Element 1 .* no value of UINT8/],
    ['UINT16', { uint_contents: [65536, 0] }, /Element 0 .* no value of UINT16/],
    ['INT8', { int_contents: [0, -129] }, /Element 1 .* no value of INT8/],
    ['INT16', { int_contents: [0, 32768] }, /Element 1 .* no value of INT16/],
    ['UINT32', { int_contents: [1, 2] }, /contents of UINT32 hold 0/],
    ['UINT64', { uint_contents: [1, 2] }, /contents of UINT64 hold 0/],
    ['UINT32', { uint_contents: [1, 2, 3] }, /contents of UINT32 hold 3/],
    ['FP16', { fp32_contents: [1, 2] }, /is FP16, which messages have no field for; use raw_input_contents/],
    ['BF16', { fp32_contents: [1, 2] }, /is BF16, which messages have no field for; use raw_input_contents/],
  ];
  for (const [datatype, contents, sentence] of faults) {
    it(`are refused as ${datatype} for ${JSON.stringify(contents)}`, () => {
      expect(() => read(datatype, contents)).to.throw(ServingError, sentence);
    });
  }
});
