/** A caller of the Open Inference Protocol's gRPC service, and the messages that its tests send. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { fakeJpeg } from './fake-engine.ts';
import type { CalledMethod, CallOptions, GrpcAnswer, GrpcCaller } from './grpc-caller.ts';
import type { InferenceServerUnderTest } from './inference-server-under-test.ts';

export const floatBytes = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
export const x = (more: object = {}): object => ({ name: 'x', datatype: 'FP32', shape: [3], ...more });
export const numbers = (more: object = {}): object => ({
  model_name: 'half_plus_two',
  inputs: [x()],
  raw_input_contents: [floatBytes(1, 2, 5)],
  ...more,
});
export const picture = (name: string, more: object = {}): object => ({
  model_name: 'resnet-50',
  inputs: [{ name, datatype: 'BYTES', shape: [1], contents: { bytes_contents: [fakeJpeg(3)] } }],
  ...more,
});
export const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
};

export class InferenceCaller {
  readonly caller: GrpcCaller;

  constructor(caller: GrpcCaller) {
    this.caller = caller;
  }

  /** A caller of the server, whose models are loaded and which listens from now on. */
  static async of(server: InferenceServerUnderTest): Promise<InferenceCaller> {
    await server.start();
    return new InferenceCaller(await server.connect());
  }

  async call(name: string, request: object, options?: CallOptions): Promise<GrpcAnswer<object>> {
    const method: CalledMethod<object, object> | undefined = inferenceServices().inferenceService[name];
    if (method === undefined) throw new Error(`there is no method ${name}`);
    return this.caller.call(method, request, options);
  }

  async answerTo(name: string, request: object): Promise<object> {
    const { code, details, response } = await this.call(name, request);
    expect(code, details).to.equal(status.OK);
    return response ?? {};
  }
}
