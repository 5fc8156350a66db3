/** Questions to a backend over gRPC: the bytes of the generated writer. */
import { expect } from 'chai';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import {
  writePredictRequestMessage,
  type PredictRequestParts,
} from '../../../../../gateway/wire/tensorflow-serving/predict-request-message.ts';
import { toTensorProto, type PredictRequestMessage } from '../../../../support/generated-predictions.ts';

const messages = messageType<PredictRequestMessage>('tensorflow.serving.PredictRequest');

const parts: PredictRequestParts = {
  name: 'resnet',
  version: 1,
  signatureName: 'serving_default',
  inputs: new Map(),
  outputs: ['classes', 'probabilities'],
};

const generated = ({ name, version, signatureName, inputs, outputs }: PredictRequestParts): Buffer =>
  messages.serialize({
    model_spec: {
      name,
      version_choice: 'version',
      version: { value: String(version) },
      signature_name: signatureName,
    },
    inputs: Object.fromEntries(
      Array.from(inputs, ([input, tensor]) => [input, toTensorProto(tensor, 'content')]),
    ),
    output_filter: outputs,
  });

const written = (request: PredictRequestParts): PredictRequestMessage =>
  messages.deserialize(Buffer.concat(writePredictRequestMessage(request)));

const pictures = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(127, 1), Buffer.alloc(100_000, 0x12)];
const tensors: Readonly<Record<string, Tensor>> = {
  'one picture': { datatype: 'string', shape: [1], elements: pictures.slice(2) },
  'three pictures': { datatype: 'string', shape: [3], elements: pictures },
  'a scalar picture': { datatype: 'string', shape: [], elements: pictures.slice(0, 1) },
  'no picture': { datatype: 'string', shape: [0], elements: [] },
  'an empty picture': { datatype: 'string', shape: [1], elements: [Buffer.alloc(0)] },
  'a part of floats': {
    datatype: 'float32',
    shape: [1, 3],
    elements: Float32Array.of(9, 0.1, -0, NaN, 9).subarray(1, 4),
  },
  'large integers': { datatype: 'int64', shape: [2], elements: BigInt64Array.of(-1n, 2n ** 62n) },
  'many axes': { datatype: 'uint8', shape: [1, 1, 300, 1], elements: new Uint8Array(300) },
};

/** Where the length of the whole, or of a part of it, takes a byte more. */
const around = (length: number): readonly number[] => Array.from({ length: 80 }, (_, k) => length - k);

describe('writePredictRequestMessage', () => {
  for (const [title, tensor] of Object.entries(tensors)) {
    it(`writes ${title} as the generated writer does`, () => {
      const request = { ...parts, inputs: new Map([['image_bytes', tensor]]) };
      expect(written(request)).to.deep.equal(messages.deserialize(generated(request)));
    });
  }

  for (const version of [0, 127, 128, 2 ** 31, 20_240_131_235_959, Number.MAX_SAFE_INTEGER]) {
    it(`writes version ${version}`, () => {
      const { model_spec: spec } = written({ ...parts, version });
      expect(spec?.version?.value).to.equal(String(version));
    });
  }

  it('writes names beyond ASCII, several inputs and no outputs', () => {
    const inputs = new Map(Object.entries(tensors));
    const request = { ...parts, name: 'Füchse', signatureName: '', inputs, outputs: [] };
    expect(written(request)).to.deep.equal(messages.deserialize(generated(request)));
  });

  it('writes the lengths of pictures of every length, and of names', () => {
    const lengths = [...Array(260).keys(), ...[16_384, 2_097_152].flatMap(around)];
    for (const length of lengths) {
      const elements = [Buffer.alloc(length, 7)];
      const input = 'x'.repeat(length % 200);
      const inputs = new Map<string, Tensor>([[input, { datatype: 'string', shape: [1], elements }]]);
      const request = { ...parts, signatureName: input, inputs };
      const bytes = Buffer.concat(writePredictRequestMessage(request));
      expect(bytes.equals(generated(request)), `${length} bytes`).to.equal(true);
    }
  });

  it('leaves a large picture and a large tensor where they lie', () => {
    const picture = Buffer.alloc(5000, 1);
    const elements = new Float32Array(1000);
    const inputs = new Map<string, Tensor>([
      ['image_bytes', { datatype: 'string', shape: [1], elements: [picture] }],
      ['pixels', { datatype: 'float32', shape: [1000], elements }],
    ]);
    const memories = writePredictRequestMessage({ ...parts, inputs }).map(({ buffer }) => buffer);
    expect(memories).to.include(picture.buffer).and.to.include(elements.buffer);
  });
});
