/** Sends what the Open Inference Protocol must refuse, and asserts that the same connection goes on. */
import { expect } from 'chai';
import { fakeJpeg } from './fake-engine.ts';
import { InferenceServerUnderTest } from './inference-server-under-test.ts';
import { KeepAliveCaller, type KeptAnswer, type KeptRequest } from './keep-alive-caller.ts';

export const numbers = '/v2/models/half_plus_two/infer';
export const pictures = '/v2/models/resnet-50/infer';
export const json = { 'Content-Type': 'application/json' };
export const b64 = fakeJpeg(1).toString('base64');

/** A body for `half_plus_two` whose one input is changed in something. */
export const input = (change: object, more: object = {}): string =>
  JSON.stringify({ inputs: [{ name: 'x', shape: [2], datatype: 'FP32', data: [1, 2], ...change }], ...more });

export const picture = (data: unknown, shape: readonly unknown[] = [1]): string =>
  JSON.stringify({ inputs: [{ name: 'images', shape, datatype: 'BYTES', data }] });

export type Refusal = readonly [title: string, request: KeptRequest, status: number, sentence: RegExp];

export class RefusingServer {
  readonly server = new InferenceServerUnderTest();
  #caller: KeepAliveCaller | undefined;

  async start(): Promise<void> {
    await this.server.start();
    const { port } = await this.server.http.listen({ host: '127.0.0.1', port: 0 });
    this.#caller = new KeepAliveCaller(port);
  }

  async stop(): Promise<void> {
    this.#caller?.close();
    await this.server.stop();
  }

  async send(request: KeptRequest): Promise<KeptAnswer> {
    if (this.#caller === undefined) throw new Error('not started');
    return this.#caller.send(request);
  }

  async expectRefusal([, request, status, sentence]: Refusal): Promise<void> {
    const answer = await this.send(request);
    expect(sentenceOf(answer)).to.match(sentence);
    expect(answer.status).to.equal(status);
    await this.expectHealthy(answer);
  }

  /** The next request on the same connection is answered. */
  async expectHealthy({ localPort }: Pick<KeptAnswer, 'localPort'>): Promise<void> {
    const next = await this.send({ path: numbers, headers: json, body: input({}) });
    expect(next.status).to.equal(200);
    expect(next.localPort).to.equal(localPort);
  }
}

/** The sentence of an answer, which holds nothing else. */
export function sentenceOf(answer: KeptAnswer): string {
  expect(answer.headers['content-type']).to.match(/^application\/json/);
  const body: unknown = JSON.parse(answer.body.toString());
  expect(body).to.have.all.keys('error');
  return typeof body === 'object' && body !== null ? String(Reflect.get(body, 'error')) : '';
}
