/** What TensorFlow Serving's gRPC API answers to a real client. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { fakeJpeg } from '../support/fake-engine.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import {
  example,
  feature,
  numbers,
  picturesRequest,
  halvesPlusTwo,
  PredictionCaller,
  shapeOf,
  spec,
} from '../support/prediction-caller.ts';

describe("TensorFlow Serving's gRPC API", () => {
  let server: ModelServerUnderTest;
  let prediction: PredictionCaller;

  beforeEach(async () => {
    server = new ModelServerUnderTest();
    prediction = await PredictionCaller.of(server);
  });
  afterEach(() => server.stop());

  it('predicts in the typed fields that clients read', async () => {
    expect(await prediction.answerTo('Predict', picturesRequest(2, 0))).to.deep.equal({
      model_spec: {
        name: 'classifier',
        version_choice: 'version',
        version: { value: '2' },
        signature_name: 'serving_default',
      },
      outputs: {
        classes: { dtype: 9, tensor_shape: shapeOf(2), int64_val: ['2', '0'] },
        probabilities: { dtype: 1, tensor_shape: shapeOf(2, 3), float_val: [0, 0, 1, 1, 0, 0] },
      },
    });
  });

  it('passes the bytes of a picture on unchanged', async () => {
    const bytes = fakeJpeg(1, { width: 8, height: 8 }, 300_000);
    const tensor = { dtype: 7, tensor_shape: shapeOf(1), string_val: [bytes] };
    await prediction.answerTo('Predict', { model_spec: spec('classifier'), inputs: { image_bytes: tensor } });
    const input = server.pictures.requests.at(-1)?.inputs.get('image_bytes');
    const [sent = Buffer.alloc(0)] = input?.datatype === 'string' ? input.elements : [];
    expect(Buffer.compare(Buffer.from(sent), bytes)).to.equal(0);
  });

  it('gives only the outputs of the filter', async () => {
    const answer = await prediction.answerTo('Predict', {
      ...picturesRequest(1),
      output_filter: ['classes'],
    });
    expect(answer).to.have.property('outputs').that.has.all.keys('classes');
    expect(server.pictures.requests.at(-1)?.outputs).to.deep.equal(['classes']);
    const request = { ...picturesRequest(1), output_filter: ['nothing'] };
    await prediction.expectRefusal(
      ['Predict', request],
      status.INVALID_ARGUMENT,
      /There is no output "nothing"/,
    );
  });

  it('takes numbers as values or as content, and answers with content where that is preferred', async () => {
    const content = Buffer.from(new Float32Array([1, 2, 5]).buffer);
    const tensors = [
      { dtype: 1, tensor_shape: shapeOf(3), float_val: [1, 2, 5] },
      { dtype: 1, tensor_shape: shapeOf(3), tensor_content: content },
    ];
    for (const x of tensors) {
      const answer = await prediction.answerTo('Predict', {
        model_spec: spec('half_plus_two'),
        inputs: { x },
      });
      expect(answer).to.have.deep.nested.property('outputs.y', halvesPlusTwo());
    }
    const raw = new ModelServerUnderTest({ services: { isContentPreferred: true } });
    const rawly = await PredictionCaller.of(raw);
    const answer = await rawly.answerTo('Predict', {
      model_spec: spec('half_plus_two'),
      inputs: { x: tensors[0] },
    });
    expect(answer).to.have.deep.nested.property('outputs.y', {
      dtype: 1,
      tensor_shape: shapeOf(3),
      tensor_content: Buffer.from(new Float32Array([2.5, 3, 4.5]).buffer),
    });
    await raw.stop();
  });

  it('asks the version or the label that the specification names', async () => {
    for (const more of [
      { version_choice: 'version', version: { value: 1 } },
      { version_choice: 'version_label', version_label: 'stable' },
    ]) {
      const request = { ...picturesRequest(1), model_spec: spec('classifier', more) };
      expect(await prediction.answerTo('Predict', request)).to.have.nested.property(
        'model_spec.version.value',
        '1',
      );
    }
  });

  it('classifies examples of pictures, with labels', async () => {
    const input = { example_list: { examples: [example({ image_bytes: feature(fakeJpeg(2)) })] } };
    expect(
      await prediction.answerTo('Classify', { model_spec: spec('classifier'), input }),
    ).to.have.deep.nested.property('result.classifications', [
      { classes: [{ label: 'background' }, { label: 'tench' }, { label: 'goldfish', score: 1 }] },
    ]);
    await prediction.expectRefusal(
      ['Classify', { model_spec: spec('classifier'), input: {} }],
      status.INVALID_ARGUMENT,
      /./,
    );
  });

  it('gives a value for each example', async () => {
    const examples = [example({ x: numbers(2) }), example({})];
    const context = example({ x: numbers(8) });
    const input = { example_list_with_context: { examples, context } };
    const answer = await prediction.answerTo('Regress', { model_spec: spec('half_plus_two'), input });
    expect(answer).to.have.deep.nested.property('result.regressions', [{ value: 3 }, { value: 6 }]);
  });

  it('runs several tasks over the same examples', async () => {
    const features = { x: numbers(2), a: numbers(1), b: numbers(4) };
    const input = { example_list: { examples: [example(features)] } };
    const task = (name: string, method: string, signature = ''): object => ({
      model_spec: spec(name, { signature_name: signature }),
      method_name: `tensorflow/serving/${method}`,
    });
    const answer = await prediction.answerTo('MultiInference', {
      tasks: [task('half_plus_two', 'regress'), task('half_plus_two', 'regress', 'add')],
      input,
    });
    expect(answer)
      .to.have.property('results')
      .that.is.an('array')
      .with.length(2)
      .and.has.deep.nested.property('[1].regression_result.regressions', [{ value: 2.5 }]);
    for (const tasks of [
      [],
      [task('half_plus_two', 'predict')],
      [task('half_plus_two', 'regress'), task('classifier', 'classify')],
    ]) {
      await prediction.expectRefusal(['MultiInference', { tasks, input }], status.INVALID_ARGUMENT, /task/i);
    }
    const again = Array.from({ length: 1000 }, () => task('half_plus_two', 'regress'));
    await prediction.expectRefusal(
      ['MultiInference', { tasks: again, input }],
      status.INVALID_ARGUMENT,
      /^Duplicate evaluation/,
    );
  });
});
