/** Requests to predict that are sent to another thread come out as they went in, and take along no more than they need. */
import { expect } from 'chai';
import {
  memoryOfRequest,
  packRequest,
  unpackRequest,
  type PredictRequestParcel,
} from '../../../../../gateway/protocols/tensorflow-serving/predict-request-parcel.ts';
import { memoryOf } from '../../../../../gateway/threads/tensor-parcel.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import {
  readPredictRequestMessage,
  type ReceivedPredictRequest,
} from '../../../../../gateway/wire/tensorflow-serving/predict-request-message.ts';

const shape = (...sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

const pictures = ['first', '', 'third'].map((text) => Buffer.from(text));
const names = [Buffer.of(0xff, 0), Buffer.from('zwölf')];
const content = Buffer.from(Float32Array.of(0.5, -2).buffer);
const bytes = messageType('tensorflow.serving.PredictRequest').serialize({
  model_spec: { name: 'm', version: { value: '7' }, signature_name: 's' },
  inputs: {
    pictures: { dtype: 7, tensor_shape: shape(3), string_val: pictures },
    names: { dtype: 7, tensor_shape: shape(1, 2), string_val: names },
    content: { dtype: 1, tensor_shape: shape(2), tensor_content: content },
    floats: { dtype: 1, tensor_shape: shape(2), float_val: [0.1, -0] },
    integers: { dtype: 9, tensor_shape: shape(2), int64_val: ['-1', '9007199254740993'] },
    nothing: { dtype: 7, tensor_shape: shape(0) },
  },
  output_filter: ['b', 'a'],
});

interface Sending {
  readonly sent: PredictRequestParcel;
  readonly arrived: ReceivedPredictRequest;
}

/** Read, and sent as one thread sends it to another. */
function sending(): Sending {
  const sent = packRequest(readPredictRequestMessage(bytes));
  const transfer = memoryOfRequest(sent).filter((piece) => piece instanceof ArrayBuffer);
  return { sent, arrived: unpackRequest(structuredClone(sent, { transfer })) };
}

describe('predict-request-parcel', () => {
  it('brings the strings, the content and the numbers of each input to the other end', () => {
    const { inputs } = sending().arrived;
    expect([...inputs.keys()]).to.deep.equal([
      'pictures',
      'names',
      'content',
      'floats',
      'integers',
      'nothing',
    ]);
    const strings = (name: string) => inputs.get(name)?.string_val?.map((one) => Buffer.from(one));
    expect(strings('pictures')).to.deep.equal(pictures);
    expect(strings('names')).to.deep.equal(names);
    expect(strings('nothing')).to.deep.equal([]);
    expect(strings('floats')).to.deep.equal([]);
    expect(Buffer.from(inputs.get('content')?.tensor_content ?? [])).to.deep.equal(content);
    expect(inputs.get('floats')?.float_val).to.deep.equal(Float32Array.of(0.1, -0));
    expect(inputs.get('integers')?.int64_val).to.deep.equal(BigInt64Array.of(-1n, 9007199254740993n));
  });

  it('brings the datatypes, the shapes and what is asked', () => {
    const { spec, inputs, outputs } = sending().arrived;
    expect(spec).to.deep.include({ name: 'm', version: { value: '7' }, signature_name: 's' });
    expect(outputs).to.deep.equal(['b', 'a']);
    expect(inputs.get('names')).to.deep.include({
      dtype: 7,
      tensor_shape: { ...shape(1, 2), unknown_rank: false },
    });
  });

  it('gives all memory of its numbers and strings away, and none of the message', () => {
    const { inputs, strings } = sending().sent;
    const given = [
      inputs.get('content')?.tensor_content,
      inputs.get('floats')?.float_val,
      inputs.get('integers')?.int64_val,
      ...memoryOf(strings),
    ];
    for (const piece of given) expect(piece).to.have.property('byteLength', 0);
    expect(given).to.have.length.above(3 + pictures.length);
    expect(bytes.toString()).to.include('third');
  });
});
