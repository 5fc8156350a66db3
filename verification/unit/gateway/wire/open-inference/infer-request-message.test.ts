/** Requests for inferences by our own reader: what the generated one reads, with numbers as typed arrays. */
import { expect } from 'chai';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import { inferenceServices } from '../../../../../gateway/wire/open-inference/grpc-services.ts';
import { readInferRequestMessage } from '../../../../../gateway/wire/open-inference/infer-request-message.ts';
import { fromInferRequest } from '../../../../../gateway/wire/open-inference/infer-messages.ts';
import type { ModelInferRequestMessage } from '../../../../../gateway/wire/open-inference/messages.ts';

const method = inferenceServices().inferenceService['ModelInfer'];
if (method === undefined) throw new Error('there is no inference');
const { requestSerialize, requestDeserialize } = method;
const generated = (bytes: Buffer): ModelInferRequestMessage => requestDeserialize(bytes);

const input = (name: string, datatype: string, contents: object): object => ({
  name,
  datatype,
  shape: ['2'],
  contents,
});

const requests: Readonly<Record<string, object>> = {
  'typed contents of every kind': {
    model_name: 'm',
    model_version: '3',
    id: 'é',
    inputs: [
      input('a', 'BOOL', { bool_contents: [true, false] }),
      input('b', 'INT8', { int_contents: [-128, 127] }),
      input('c', 'INT16', { int_contents: [-32768, 32767] }),
      input('d', 'INT32', { int_contents: [-(2 ** 31), 2 ** 31 - 1] }),
      input('e', 'INT64', { int64_contents: ['-9223372036854775808', '9223372036854775807'] }),
      input('f', 'UINT8', { uint_contents: [0, 255] }),
      input('g', 'UINT16', { uint_contents: [0, 65535] }),
      input('h', 'UINT32', { uint_contents: [0, 2 ** 32 - 1] }),
      input('i', 'UINT64', { uint64_contents: ['0', '18446744073709551615'] }),
      input('j', 'FP32', { fp32_contents: [0.1, NaN] }),
      input('k', 'FP64', { fp64_contents: [0.1, -Infinity] }),
      input('l', 'BYTES', { bytes_contents: [Buffer.of(0xff), Buffer.of()] }),
    ],
  },
  'raw contents, outputs and parameters': {
    model_name: 'm',
    parameters: { binary_data_output: { bool_param: true } },
    inputs: [
      {
        name: 'x',
        datatype: 'FP16',
        shape: ['1', '2'],
        parameters: {
          a: { int64_param: '-7' },
          b: { uint64_param: '18446744073709551615' },
          c: { string_param: 'text' },
          d: { double_param: 0.5 },
          e: { bool_param: false },
          f: {},
        },
      },
    ],
    outputs: [{ name: 'y', parameters: { classification: { int64_param: '3' } } }, { name: 'z' }],
    raw_input_contents: [Buffer.of(1, 2, 3, 4)],
  },
};

describe('readInferRequestMessage', () => {
  for (const [title, request] of Object.entries(requests)) {
    it(`reads ${title} as the generated reader does`, () => {
      const bytes = requestSerialize(request);
      const ours = readInferRequestMessage(bytes);
      expect(fromInferRequest(ours)).to.deep.equal(fromInferRequest(generated(bytes)));
      const { model_name, model_version, id } = generated(bytes);
      expect(ours).to.deep.include({ model_name, model_version, id });
    });
  }

  it('makes no value of each number', () => {
    const bytes = requestSerialize({ inputs: [input('x', 'FP32', { fp32_contents: [1, 2] })] });
    const contents = readInferRequestMessage(bytes).inputs?.[0]?.contents;
    expect(contents?.fp32_contents).to.deep.equal(Float32Array.of(1, 2));
  });

  it('refuses a request that is cut off inside', () => {
    const bytes = requestSerialize({ model_name: 'model' });
    for (let length = 1; length < bytes.length; length += 1) {
      expect(() => readInferRequestMessage(bytes.subarray(0, length))).to.throw(MalformedBytes);
    }
  });
});
