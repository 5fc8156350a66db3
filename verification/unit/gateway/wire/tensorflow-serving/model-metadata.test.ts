/** Signatures as JSON and as the packed message. */
import { expect } from 'chai';
import type { CallableSignature } from '../../../../../gateway/wire/tensorflow-serving/callable-signature.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { MalformedAnswer } from '../../../../../gateway/wire/tensorflow-serving/malformed-answer.ts';
import type { GetModelMetadataResponseMessage } from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import {
  readModelMetadata,
  writeModelMetadata,
} from '../../../../../gateway/wire/tensorflow-serving/metadata-json.ts';
import {
  packSignatures,
  unpackSignatures,
} from '../../../../../gateway/wire/tensorflow-serving/signature-proto.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessage } from '../recorded.ts';

const signature: CallableSignature = {
  name: 'serving_default',
  methodName: 'tensorflow/serving/predict',
  inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null], tensorName: 'input_tensor:0' }],
  outputs: [
    { name: 'classes', datatype: 'int64', shape: [null], tensorName: 'classes_out:0' },
    { name: 'probabilities', datatype: 'float32', shape: [null, 1001], tensorName: 'probabilities_out:0' },
  ],
};

describe('model metadata as JSON', () => {
  it('is written as TensorFlow Serving writes it, with sizes as texts', () => {
    const classes = [{ name: 'x', datatype: 'float32', shape: [null] }] as const;
    const signatures = [
      { name: 's', inputs: classes, outputs: [], methodName: 'tensorflow/serving/predict' },
    ];
    expect(writeModelMetadata({ name: 'm', version: 123, signatures })).to.deep.equal({
      model_spec: { name: 'm', signature_name: '', version: '123' },
      metadata: {
        signature_def: {
          signature_def: {
            s: {
              inputs: {
                x: {
                  dtype: 'DT_FLOAT',
                  tensor_shape: { dim: [{ size: '-1', name: '' }], unknown_rank: false },
                  name: 'x:0',
                },
              },
              outputs: {},
              method_name: 'tensorflow/serving/predict',
              defaults: {},
            },
          },
        },
      },
    });
  });

  it('reads back, also under odd names', () => {
    const metadata = { name: 'm', version: 1, signatures: [signature, { ...signature, name: '__proto__' }] };
    expect(readModelMetadata(JSON.stringify(writeModelMetadata(metadata)))).to.deep.equal(metadata);
  });

  const odd = {
    __saved_model_init_op: { outputs: { op: { dtype: 'DT_INVALID', tensor_shape: { unknown_rank: true } } } },
    rankless: { inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [], unknown_rank: true } } } },
    complex: { inputs: { x: { dtype: 'DT_COMPLEX64', tensor_shape: { dim: [] } } } },
    scalar: { inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [] } } }, method_name: 'm' },
  };
  const answer = (definitions: unknown, version: unknown = '1'): string =>
    JSON.stringify({
      model_spec: { name: 'm', version },
      metadata: { signature_def: { signature_def: definitions } },
    });

  it('leaves out signatures that no engine here can name', () => {
    expect(readModelMetadata(answer(odd)).signatures).to.deep.equal([
      {
        name: 'scalar',
        methodName: 'm',
        inputs: [{ name: 'x', datatype: 'float32', shape: [] }],
        outputs: [],
      },
    ]);
  });

  it('reads outputs whose rank is open, and writes them so', () => {
    const open = { dtype: 'DT_FLOAT', tensor_shape: { dim: [], unknown_rank: true }, name: 'y:0' };
    const scalar = { ...open, tensor_shape: { dim: [], unknown_rank: false } };
    const told = { s: { inputs: { x: scalar }, outputs: { y: open }, method_name: 'm', defaults: {} } };
    const read = readModelMetadata(answer(told));
    expect(read.signatures[0]?.outputs).to.deep.equal([
      { name: 'y', datatype: 'float32', shape: undefined, tensorName: 'y:0' },
    ]);
    expect(writeModelMetadata(read)).to.have.deep.nested.property(
      'metadata.signature_def.signature_def',
      told,
    );
    expect(unpackSignatures(packSignatures(read.signatures))).to.deep.equal(read.signatures);
  });

  const strings = { dtype: 'DT_STRING', tensor_shape: { dim: [], unknown_rank: true }, name: 'tf_example:0' };
  const floats = { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }] }, name: 'y:0' };
  const stated = (method: string, input: object): object => ({
    inputs: { inputs: input },
    outputs: { outputs: floats },
    method_name: `tensorflow/serving/${method}`,
  });
  /** The input by the name of the signature. */
  const inputs = (definitions: object): object =>
    Object.fromEntries(
      readModelMetadata(answer(definitions)).signatures.map(({ name, inputs: [input] }) => [name, input]),
    );

  it('takes the strings of Classify and Regress for lists of examples, by whichever signature they are asked', () => {
    const examples = {
      name: 'inputs',
      datatype: 'string',
      shape: [null],
      tensorName: 'tf_example:0',
      content: 'examples',
    };
    const told = {
      classify: stated('classify', strings),
      regress: stated('regress', strings),
      same: stated('predict', strings),
    };
    expect(inputs(told)).to.deep.equal({ classify: examples, regress: examples, same: examples });
  });

  it('takes other strings, and the numbers of such a method, for what they are', () => {
    const picture = { ...strings, tensor_shape: { dim: [{ size: '-1' }] }, name: 'image_bytes:0' };
    const told = {
      regress: stated('regress', strings),
      numbers: stated('regress', floats),
      pictures: stated('predict', picture),
      rankless: stated('predict', { ...strings, name: 'another:0' }),
    };
    expect(inputs(told)).to.deep.include({
      numbers: { name: 'inputs', datatype: 'float32', shape: [null], tensorName: 'y:0' },
      pictures: { name: 'inputs', datatype: 'string', shape: [null], tensorName: 'image_bytes:0' },
    });
    expect(inputs(told)).to.have.keys(['regress', 'numbers', 'pictures']);
  });

  const size = (value: unknown): unknown => ({
    s: { inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: value }] } } } },
  });
  const wrong: readonly [string, string][] = [
    ['a page', '<html>'],
    ['an error', '{"error":"x"}'],
    ['no version', answer(odd, null)],
    ['a version that is no number', answer(odd, 'latest')],
    ['signatures in a list', answer([])],
    ['a size that is no number', answer(size('wide'))],
    ['a size that is too large', answer(size('4611686018427387905'))],
  ];
  wrong.forEach(([title, text]) => {
    it(`says that ${title} is malformed`, async () => {
      expect(await thrownBy(() => readModelMetadata(text))).to.be.instanceOf(MalformedAnswer);
    });
  });
});

describe('signatures as a packed message', () => {
  const codec = messageType<GetModelMetadataResponseMessage>('tensorflow.serving.GetModelMetadataResponse');

  it('are read as the official stubs packed them', () => {
    const answer = codec.deserialize(recordedMessage('modelMetadata'));
    expect(answer.model_spec).to.deep.include({ name: 'resnet', version: { value: '1' } });
    expect(unpackSignatures(answer.metadata?.['signature_def'])).to.deep.equal([signature]);
  });

  it('read back, under the type that the official stubs unpack', () => {
    const packed = packSignatures([signature]);
    expect(packed.type_url).to.equal('type.googleapis.com/tensorflow.serving.SignatureDefMap');
    expect(unpackSignatures(packed)).to.deep.equal([signature]);
  });

  const wrong: readonly [string, Parameters<typeof unpackSignatures>[0]][] = [
    ['nothing', undefined],
    ['another message', { type_url: 'type.googleapis.com/tensorflow.Example', value: Buffer.alloc(0) }],
    [
      'broken bytes',
      {
        ...packSignatures([signature]),
        value: packSignatures([signature]).value?.subarray(0, 20) ?? Buffer.alloc(0),
      },
    ],
  ];
  wrong.forEach(([title, packed]) => {
    it(`says that ${title} is malformed`, async () => {
      expect(await thrownBy(() => unpackSignatures(packed))).to.be.instanceOf(MalformedAnswer);
    });
  });
});
