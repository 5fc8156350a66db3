/** Large gRPC messages: whoever answers everybody goes on with other things while they are read and while they are written. */
import { expect } from 'chai';
import type { Engine, LoadedModel } from '../../../../../gateway/domain/engine.ts';
import {
  tensorflowServingServices,
  type TensorflowServingServices,
} from '../../../../../gateway/protocols/tensorflow-serving/tensorflow-serving-services.ts';
import { grpcServices } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { CalculatingEngine } from '../../../../support/calculating-engine.ts';
import { ModelServerUnderTest } from '../../../../support/model-server-under-test.ts';
import { example, numbers, shapeOf, spec } from '../../../../support/prediction-caller.ts';

const { predictionService } = grpcServices();

/** Turns of the event loop, in each of which others would have been answered. */
class Turns {
  count = 0;
  #isOver = false;

  constructor() {
    const turn = (): void => {
      this.count += 1;
      if (!this.#isOver) setImmediate(turn);
    };
    setImmediate(turn);
  }

  end(): void {
    this.#isOver = true;
  }
}

/** Tells when it was asked. */
class WatchedEngine implements Engine {
  readonly name = 'watched';
  onInference: () => void = () => undefined;
  readonly #inner = new CalculatingEngine();

  async load(): Promise<LoadedModel> {
    const loaded = await this.#inner.load();
    return {
      ...loaded,
      infer: async (...asked) => {
        this.onInference();
        return loaded.infer(...asked);
      },
    };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

const rows = 30_000;
const pixels = { int64_list: { value: ['255', '51'] } };
const input = {
  example_list: { examples: Array.from({ length: rows }, () => example({ x: numbers(2), pixels })) },
};
/** Less than a megabyte, which is not weighed again. */
const fewer = { example_list: { examples: input.example_list.examples.slice(0, 12_000) } };
const half = { model_spec: spec('half_plus_two') };
const scale = { model_spec: spec('half_plus_two', { signature_name: 'scale' }) };
const task = { ...scale, method_name: 'tensorflow/serving/classify' };
const integerCount = 900_000;
const integers = {
  dtype: 9,
  tensor_shape: shapeOf(integerCount),
  int64_val: new Array<string>(integerCount).fill('1000'),
};

/** An empty group of field 15, which the generated reader passes over and our own refuses. */
const emptyGroup = Buffer.of(0x7b, 0x7c);

const large: readonly (readonly [name: string, request: object, head?: Buffer])[] = [
  ['Classify', { ...scale, input }],
  ['Classify', { ...scale, input: fewer }, emptyGroup],
  ['Regress', { ...half, input }],
  ['MultiInference', { tasks: [task], input }],
  [
    'Predict',
    {
      model_spec: spec('half_plus_two', { signature_name: 'add' }),
      inputs: { a: integers, b: { dtype: 9, tensor_shape: shapeOf(integerCount), int64_val: ['1'] } },
    },
  ],
];

describe('large gRPC messages', function () {
  this.timeout(60_000);
  const engine = new WatchedEngine();
  let server: ModelServerUnderTest;
  let services: TensorflowServingServices;

  before(async () => {
    server = new ModelServerUnderTest({ engine });
    await server.load();
    services = tensorflowServingServices({ modelServer: server.modelServer });
  });
  after(async () => {
    await services.close();
    await server.stop();
  });

  for (const [name, request, head = Buffer.of()] of large) {
    it(`of ${name}${head.length > 0 ? ' that begin with a group' : ''} are read elsewhere, and so are their answers written`, async () => {
      const definition = predictionService[name];
      const method = services.methods.find(({ path }) => path === definition?.path);
      const bytes = Buffer.concat([head, definition?.requestSerialize(request) ?? Buffer.of()]);
      const turns = new Turns();
      let before = 0;
      engine.onInference = () => {
        before = turns.count;
      };
      const context = {
        signal: new AbortController().signal,
        noteModel: () => undefined,
        hold: () => undefined,
      };
      const answer = await method?.answer(bytes, context);
      turns.end();
      expect(answer?.byteLength).to.be.above(fewer.example_list.examples.length);
      expect(before, 'turns before the inference').to.be.above(0);
      expect(turns.count - before, 'turns after it').to.be.above(0);
    });
  }
});
