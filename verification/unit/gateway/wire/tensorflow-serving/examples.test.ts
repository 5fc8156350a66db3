/** Examples as JSON, as messages and as bytes, and the answers about them. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import {
  fromClassificationResult,
  fromRegressionResult,
  readClassifyResponse,
  readRegressResponse,
  toClassificationResult,
  toRegressionResult,
  writeClassifyResponse,
  writeRegressResponse,
} from '../../../../../gateway/wire/tensorflow-serving/classify-results.ts';
import type { Example, Feature } from '../../../../../gateway/wire/tensorflow-serving/example.ts';
import {
  readExamplesRequest,
  writeExamplesRequest,
} from '../../../../../gateway/wire/tensorflow-serving/example-json.ts';
import {
  fromInputMessage,
  serializeExample,
  toInputMessage,
} from '../../../../../gateway/wire/tensorflow-serving/example-proto.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { MalformedAnswer } from '../../../../../gateway/wire/tensorflow-serving/malformed-answer.ts';
import type {
  ClassificationResponseMessage,
  ExampleMessage,
  ExamplesRequestMessage,
  MultiInferenceRequestMessage,
  RegressionResponseMessage,
} from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessage } from '../recorded.ts';

const plain = (example: Example | undefined): Readonly<Record<string, Feature>> =>
  Object.fromEntries(example ?? []);

/** As record-tensor-protos.py makes it. */
const recordedExample = (seed: number): Readonly<Record<string, Feature>> => ({
  'image/encoded': { kind: 'bytes', values: [Buffer.of(0xff, 0xd8), Buffer.of()] },
  weights: { kind: 'float', values: [0.5 + seed, -2] },
  ids: { kind: 'int64', values: [-(2n ** 63n), BigInt(seed)] },
});

describe('examples as JSON', () => {
  it('are read by the look of their values, with the context under their own features', () => {
    const call = readExamplesRequest(
      '{"signature_name":"c","context":{"a":1,"where":"here"},"examples":[' +
        '{"a":[1,-9223372036854775808],"f":1.0,"m":[1,2.5],"n":NaN,"t":"x","e":[]},{"b":[{"b64":"/9g="},"é"]}]}',
    );
    expect(call.signatureName).to.equal('c');
    expect(call.examples.map(plain)).to.deep.equal([
      {
        where: { kind: 'bytes', values: [Buffer.from('here')] },
        a: { kind: 'int64', values: [1n, -(2n ** 63n)] },
        f: { kind: 'float', values: [1] },
        m: { kind: 'float', values: [1, 2.5] },
        n: { kind: 'float', values: [NaN] },
        t: { kind: 'bytes', values: [Buffer.from('x')] },
        e: { kind: 'float', values: [] },
      },
      {
        where: { kind: 'bytes', values: [Buffer.from('here')] },
        a: { kind: 'int64', values: [1n] },
        b: { kind: 'bytes', values: [Buffer.of(0xff, 0xd8), Buffer.from('é')] },
      },
    ]);
  });

  it('read back', () => {
    const call = {
      signatureName: 'c',
      examples: [1, 2].map((seed) => new Map(Object.entries(recordedExample(seed)))),
    };
    expect(readExamplesRequest(Buffer.from(writeExamplesRequest(call)))).to.deep.equal(call);
  });

  const shared = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`f${index}`, 1]));
  const wrong: readonly [string, string, RegExp][] = [
    ['no examples', '{}', /'examples' must be a list/],
    ['an empty list', '{"examples":[]}', /'examples' must be a list/],
    ['a list for a body', '[]', /JSON object/],
    ['an example that is no object', '{"examples":[1]}', /object of features/],
    ['a context that is no object', '{"examples":[{}],"context":1}', /'context'/],
    ['numbers beside texts', '{"examples":[{"a":[1,"x"]}]}', /"a"/],
    ['true', '{"examples":[{"a":true}]}', /"a"/],
    ['lists in lists', '{"examples":[{"a":[[1]]}]}', /"a"/],
    ['an integer of 65 bits', '{"examples":[{"a":9223372036854775808}]}', /64 bits/],
    ['what is no base64', '{"examples":[{"a":{"b64":"*"}}]}', /base64/],
    ['another object', '{"examples":[{"a":{"b65":"AA=="}}]}', /b64/],
    [
      'a context that is shared by too many',
      JSON.stringify({ context: shared, examples: Array.from({ length: 2000 }, () => ({})) }),
      /too many/,
    ],
  ];
  wrong.forEach(([title, text, sentence]) => {
    it(`refuses ${title}`, async () => {
      const error = await thrownBy(() => readExamplesRequest(text));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(error).to.have.property('message').that.matches(sentence);
    });
  });
});

describe('examples as messages', () => {
  it('are read as the official stubs wrote them, with their context', () => {
    const codec = messageType<ExamplesRequestMessage>('tensorflow.serving.ClassificationRequest');
    const request = codec.deserialize(recordedMessage('classificationRequest'));
    expect(request.model_spec).to.deep.include({ version_choice: 'version_label', version_label: 'stable' });
    const where: Feature = { kind: 'bytes', values: [Buffer.from('here')] };
    expect(fromInputMessage(request.input).map(plain)).to.deep.equal([
      { ...recordedExample(1), where },
      { ...recordedExample(2), where },
    ]);
  });

  it('are read from a request for several inferences', () => {
    const codec = messageType<MultiInferenceRequestMessage>('tensorflow.serving.MultiInferenceRequest');
    const { tasks, input } = codec.deserialize(recordedMessage('multiInferenceRequest'));
    expect(tasks?.map(({ method_name }) => method_name)).to.deep.equal(['tensorflow/serving/classify']);
    expect(fromInputMessage(input).map(plain)).to.deep.equal([recordedExample(0)]);
  });

  it('read back', () => {
    const examples = [new Map(Object.entries(recordedExample(3))), new Map<string, Feature>()];
    expect(fromInputMessage(toInputMessage(examples))).to.deep.equal(examples);
  });

  it('are serialised so that they hold what TensorFlow serialised', () => {
    const codec = messageType<ExampleMessage>('tensorflow.Example');
    const bytes = serializeExample(new Map(Object.entries(recordedExample(5))));
    // The order of features in the bytes is free, so both are decoded.
    expect(codec.deserialize(Buffer.from(bytes))).to.deep.equal(
      codec.deserialize(recordedMessage('example')),
    );
    expect(bytes.byteLength).to.equal(recordedMessage('example').byteLength);
  });

  it('refuses no examples, in TensorFlow Serving’s words and with what to do', async () => {
    for (const input of [undefined, null, {}, { example_list: { examples: [] } }]) {
      const error = await thrownBy(() => fromInputMessage(input));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(error)
        .to.have.property('message')
        .that.matches(/^Input is empty\. /);
    }
  });
});

describe('answers about examples', () => {
  const results = [
    [
      { label: 'cat', score: 0.75 },
      { label: 'dog', score: 0.25 },
    ],
    [],
  ];

  it('are written with the key "results", which TensorFlow Serving’s code has', () => {
    expect(writeClassifyResponse(results)).to.equal('{"results":[[["cat",0.75],["dog",0.25]],[]]}');
    expect(writeRegressResponse([0.1, 1, NaN])).to.equal('{"results":[0.1,1.0,NaN]}');
  });

  it('read back, also under the key of the documentation', () => {
    expect(readClassifyResponse(writeClassifyResponse(results))).to.deep.equal(results);
    expect(readClassifyResponse('{"result":[[["cat",0.75]]]}')).to.deep.equal([
      [{ label: 'cat', score: 0.75 }],
    ]);
    expect(readRegressResponse('{"results":[0.5,-3.0,Infinity]}')).to.deep.equal([0.5, -3, Infinity]);
  });

  it('are read from messages of the official stubs, and back', () => {
    const classification = messageType<ClassificationResponseMessage>(
      'tensorflow.serving.ClassificationResponse',
    );
    const { result } = classification.deserialize(recordedMessage('classificationResponse'));
    expect(fromClassificationResult(result)).to.deep.equal(results.slice(0, 1));
    expect(fromClassificationResult(toClassificationResult(results))).to.deep.equal(results);
    const regression = messageType<RegressionResponseMessage>('tensorflow.serving.RegressionResponse');
    const recorded = regression.deserialize(recordedMessage('regressionResponse'));
    expect(fromRegressionResult(recorded.result)).to.deep.equal([0.5, -3]);
    expect(fromRegressionResult(toRegressionResult([0.5, -3]))).to.deep.equal([0.5, -3]);
  });

  const wrong: readonly [string, () => unknown][] = [
    ['<html>', () => readClassifyResponse('<html>')],
    ['no results', () => readClassifyResponse('{"predictions":[]}')],
    ['a class without a score', () => readClassifyResponse('{"results":[[["cat"]]]}')],
    ['classes that are no list', () => readClassifyResponse('{"results":["cat"]}')],
    ['a regression that is a text', () => readRegressResponse('{"results":["1"]}')],
  ];
  wrong.forEach(([title, read]) => {
    it(`are malformed when they are ${title}`, async () => {
      expect(await thrownBy(read)).to.be.instanceOf(MalformedAnswer);
    });
  });
});
