/** A caller of TensorFlow Serving's gRPC API, and the messages that its tests send. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { grpcServices } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { fakeJpeg } from './fake-engine.ts';
import type { CalledMethod, CallOptions, GrpcAnswer, GrpcCaller } from './grpc-caller.ts';
import type { ModelServerUnderTest } from './model-server-under-test.ts';

/** The typed fields of answers are compared as they come, with their defaults taken away. */
function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map(compact);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !isEmpty(field))
      .map(([name, field]) => [name, compact(field)]),
  );
}

function isEmpty(field: unknown): boolean {
  if (field === null || field === '' || field === 0 || field === false || field === '0') return true;
  return (Array.isArray(field) || Buffer.isBuffer(field)) && field.length === 0;
}

/** What half_plus_two makes of 1, 2 and 5. */
export const halvesPlusTwo = (): object => ({
  dtype: 1,
  tensor_shape: shapeOf(3),
  float_val: [2.5, 3, 4.5],
});

export const shapeOf = (...sizes: number[]): object => ({
  dim: sizes.map((size) => ({ size: String(size) })),
});
export const pictures = (...classes: number[]): object => ({
  dtype: 7,
  tensor_shape: shapeOf(classes.length),
  string_val: classes.map((classIndex) => fakeJpeg(classIndex)),
});
export const spec = (name: string, more: object = {}): object => ({ name, ...more });
export const picturesRequest = (...classes: number[]): object => ({
  model_spec: spec('classifier'),
  inputs: { image_bytes: pictures(...classes) },
});
export const feature = (...value: Buffer[]): object => ({ bytes_list: { value } });
export const example = (features: object): object => ({ features: { feature: features } });

export const numbers = (...value: number[]): object => ({ float_list: { value } });

export class PredictionCaller {
  readonly caller: GrpcCaller;

  constructor(caller: GrpcCaller) {
    this.caller = caller;
  }

  /** A caller of the server, whose models are loaded and which listens from now on. */
  static async of(server: ModelServerUnderTest): Promise<PredictionCaller> {
    await server.load();
    return new PredictionCaller(await server.connect());
  }

  async call(name: string, request: object, options?: CallOptions): Promise<GrpcAnswer<object>> {
    const { predictionService, modelService } = grpcServices();
    const method: CalledMethod<object, object> | undefined = predictionService[name] ?? modelService[name];
    if (method === undefined) throw new Error(`there is no method ${name}`);
    return this.caller.call(method, request, options);
  }

  /** The answer without the fields that have their default. */
  async answerTo(name: string, request: object): Promise<unknown> {
    const { code, details, response } = await this.call(name, request);
    expect(code, details).to.equal(status.OK);
    return compact(response);
  }

  /** Asserts the refusal, and that the same connection is good for another call. */
  async expectRefusal(
    [name, request]: readonly [string, object],
    code: status,
    sentence: RegExp,
  ): Promise<void> {
    const answer = await this.call(name, request);
    expect(answer.details).to.match(sentence);
    expect(answer.code).to.equal(code);
    await this.expectHealthy();
  }

  async expectHealthy(): Promise<void> {
    expect(await this.answerTo('Predict', picturesRequest(1))).to.have.nested.property('outputs.classes');
  }
}
