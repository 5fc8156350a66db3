/** Large calls of TensorFlow Serving's gRPC API: read and written elsewhere, with the answers and words of small ones. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { grpcServices } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { byteMethod } from '../support/grpc-caller.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import { example, numbers, PredictionCaller, shapeOf, spec } from '../support/prediction-caller.ts';

const { predictionService } = grpcServices();
const rowCount = 60_000;
/** With two features each. */
const fewerRows = 25_000;

const integers = (...value: string[]): object => ({ int64_list: { value } });
const range = <Value>(count: number, valueOf: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => valueOf(index));
const half = { model_spec: spec('half_plus_two') };
const scale = { model_spec: spec('half_plus_two', { signature_name: 'scale' }) };
const add = { model_spec: spec('half_plus_two', { signature_name: 'add' }) };
/** Two pixels each. */
const pixelRows = (count: number): object[] =>
  range(count, (index) => example({ pixels: integers(String(index % 256), '51') }));
const numberRows = (count: number): object[] => range(count, (index) => example({ x: numbers(index) }));
const list = (examples: readonly object[]): object => ({ example_list: { examples } });
const task = (signature: string, method: string): object => ({
  model_spec: spec('half_plus_two', { signature_name: signature }),
  method_name: `tensorflow/serving/${method}`,
});

interface Refused {
  readonly name: string;
  /** The request with this many rows of examples, or of numbers. */
  readonly request: (rows: number) => object;
  readonly code: status;
  readonly words: RegExp;
}

const refused: Readonly<Record<string, Refused>> = {
  'no specification': {
    name: 'Classify',
    request: (rows) => ({ input: list(pixelRows(rows)) }),
    code: status.INVALID_ARGUMENT,
    words: /^Missing ModelSpec$/,
  },
  'an unknown model': {
    name: 'Classify',
    request: (rows) => ({ model_spec: spec('x'), input: list(pixelRows(rows)) }),
    code: status.NOT_FOUND,
    words: /^Servable not found for request: Latest\(x\)$/,
  },
  'an unknown signature': {
    name: 'Regress',
    request: (rows) => ({
      model_spec: spec('half_plus_two', { signature_name: 'x' }),
      input: list(numberRows(rows)),
    }),
    code: status.INVALID_ARGUMENT,
    words: /no signature "x"/,
  },
  'a signature of another kind': {
    name: 'Classify',
    request: (rows) => ({ ...half, input: list(numberRows(rows)) }),
    code: status.INVALID_ARGUMENT,
    words: /use Predict/,
  },
  'an example without the feature': {
    name: 'Regress',
    request: (rows) => ({ ...half, input: list([...numberRows(rows), example({})]) }),
    code: status.INVALID_ARGUMENT,
    words: /Each example needs a feature called "x" that holds 1 numbers/,
  },
  'a task of a method that is none': {
    name: 'MultiInference',
    request: (rows) => ({ tasks: [task('', 'predict')], input: list(numberRows(rows)) }),
    code: status.INVALID_ARGUMENT,
    words: /^A task's method_name must be/,
  },
  'more values than the shape has room for': {
    name: 'Predict',
    request: (rows) => ({
      ...add,
      inputs: { a: { dtype: 9, tensor_shape: shapeOf(1), int64_val: range(10 * rows + 1, String) } },
    }),
    code: status.INVALID_ARGUMENT,
    words: /values; its shape has room for 1\./,
  },
  'strings for numbers': {
    name: 'Predict',
    request: (rows) => ({
      ...half,
      inputs: { x: { dtype: 7, tensor_shape: shapeOf(rows), string_val: range(rows, () => Buffer.of(1)) } },
    }),
    code: status.INVALID_ARGUMENT,
    words: /must be of datatype float32, not string/,
  },
};

describe("large calls of TensorFlow Serving's gRPC API", function () {
  this.timeout(60_000);
  let server: ModelServerUnderTest;
  let prediction: PredictionCaller;

  before(async () => {
    server = new ModelServerUnderTest({ maxUploadBytes: 40_000_000 });
    prediction = await PredictionCaller.of(server);
  });
  after(() => server.stop());

  const answerTo = async (name: string, request: object): Promise<unknown> =>
    prediction.answerTo(name, request);

  it('give the classes of each example', async () => {
    const answer = await answerTo('Classify', { ...scale, input: list(pixelRows(rowCount)) });
    const few = await answerTo('Classify', { ...scale, input: list(pixelRows(256)) });
    const rows = (of: unknown): unknown[] =>
      (of as { readonly result: { readonly classifications: unknown[] } }).result.classifications;
    // The caller takes every "0" for nothing, the first label too.
    const classes = [{ score: 1 }, { label: '1', score: Math.fround(0.2) }];
    expect(rows(few)[255]).to.deep.equal({ classes });
    expect(rows(answer)).to.deep.equal(range(rowCount, (index) => rows(few)[index % 256]));
    expect(answer).to.have.nested.property('model_spec.signature_name', 'scale');
  });

  it('give the value of each example, with a context and by several tasks', async () => {
    const values = range(rowCount, (index) => ({ value: index / 2 + 2 }));
    const regress = await answerTo('Regress', { ...half, input: list(numberRows(rowCount)) });
    expect(regress).to.have.deep.nested.property('result.regressions', values);
    const input = {
      example_list_with_context: {
        examples: range(rowCount, () => example({})),
        context: example({ x: numbers(8) }),
      },
    };
    const shared = await answerTo('Regress', { ...half, input });
    expect(shared).to.have.deep.nested.property(
      'result.regressions',
      range(rowCount, () => ({ value: 6 })),
    );
    const both = range(fewerRows, (index) =>
      example({ x: numbers(index), pixels: integers(String(index % 256), '51') }),
    );
    const tasks = [task('scale', 'classify'), task('serving_default', 'regress')];
    const several = await answerTo('MultiInference', { tasks, input: list(both) });
    expect(several).to.have.deep.nested.property(
      'results[1].regression_result.regressions',
      values.slice(0, fewerRows),
    );
    const classify = await answerTo('Classify', { ...scale, input: list(pixelRows(fewerRows)) });
    expect(several)
      .to.have.nested.property('results[0].classification_result')
      .that.deep.equals((classify as { readonly result: unknown }).result);
  });

  it('predict of integers and of floats as many as a message may hold', async () => {
    const count = 990_000;
    const a = { dtype: 9, tensor_shape: shapeOf(count), int64_val: range(count, (index) => String(index)) };
    const b = {
      dtype: 9,
      tensor_shape: shapeOf(count),
      tensor_content: Buffer.from(new BigInt64Array(count).fill(1n).buffer),
    };
    const { outputs } = (await answerTo('Predict', { ...add, inputs: { a, b } })) as {
      readonly outputs: { readonly sum: { readonly int64_val: readonly string[] } };
    };
    expect(outputs.sum.int64_val).to.have.length(count);
    expect(outputs.sum.int64_val.every((value, index) => value === String(index + 1))).to.equal(true);
  });

  it('are answered each with its own rows when many come at once', async () => {
    const sizes = range(6, (index) => rowCount - index);
    const answers = await Promise.all(
      sizes.map(async (rows) => answerTo('Regress', { ...half, input: list(numberRows(rows)) })),
    );
    const lengths = answers.map(
      (answer) =>
        (answer as { readonly result: { readonly regressions: unknown[] } }).result.regressions.length,
    );
    expect(lengths).to.deep.equal(sizes);
  });

  for (const [title, { name, request, code, words }] of Object.entries(refused)) {
    it(`are refused as small ones for ${title}`, async () => {
      const small = await prediction.call(name, request(2));
      const large = await prediction.call(name, request(rowCount));
      expect(small.details).to.match(words);
      expect(large.details.replace(/\d{5,}/, 'n')).to.equal(small.details.replace(/\d+(?= values)/, 'n'));
      expect([small.code, large.code]).to.deep.equal([code, code]);
      await prediction.expectHealthy();
    });
  }

  it('are refused when they are no message, and when they hold more than can be read at once', async () => {
    const path = '/tensorflow.serving.PredictionService/Classify';
    const whole = predictionService['Classify']?.requestSerialize({
      ...scale,
      input: list(pixelRows(rowCount)),
    });
    const cut = await prediction.caller.call(byteMethod(path), (whole ?? Buffer.of()).subarray(0, -1));
    expect(cut.details).to.match(/no valid protocol buffer of the type that the method takes\.$/);
    expect(cut.code).to.equal(status.INVALID_ARGUMENT);
    const empty = await prediction.call('Classify', { ...scale, input: list(range(600_000, () => ({}))) });
    expect(empty.details).to.match(/more values than can be read at once/);
    expect(empty.code).to.equal(status.RESOURCE_EXHAUSTED);
    await prediction.expectHealthy();
  });

  it('are counted under the model that they ask, well or ill', async () => {
    await prediction.call('Regress', { ...half, input: list([...numberRows(rowCount), example({})]) });
    const text = server.modelServer.metrics.exposition();
    expect(text).to.match(/request_count\{model_name="half_plus_two",status="OK"\} [1-9]/);
    expect(text).to.match(/request_count\{model_name="half_plus_two",status="INVALID_ARGUMENT"\} [1-9]/);
  });
});
