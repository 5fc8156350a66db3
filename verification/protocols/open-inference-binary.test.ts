/** The binary tensor extension over REST. */
import { expect } from 'chai';
import { fakeJpeg } from '../support/fake-engine.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';
import { KeepAliveCaller, type KeptAnswer } from '../support/keep-alive-caller.ts';

const numbers = '/v2/models/half_plus_two/infer';
const pictures = '/v2/models/resnet-50/infer';
const headHeader = 'Inference-Header-Content-Length';

interface SplitAnswer {
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data?: unknown;
    readonly parameters?: object;
  }[];
  readonly tail: Buffer;
}

/** The JSON of an answer and the bytes behind it. */
function split({ body, headers }: KeptAnswer): SplitAnswer {
  const length = Number(headers[headHeader.toLowerCase()] ?? body.length);
  const { outputs } = JSON.parse(body.toString('utf8', 0, length)) as Pick<SplitAnswer, 'outputs'>;
  return { outputs, tail: body.subarray(length) };
}

const floatsIn = (bytes: Buffer): readonly number[] =>
  Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
const floatBytes = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
};

describe('binary tensors over REST', () => {
  let server: InferenceServerUnderTest;
  let caller: KeepAliveCaller;

  before(async () => {
    server = new InferenceServerUnderTest();
    await server.start();
    const { port } = await server.http.listen({ host: '127.0.0.1', port: 0 });
    caller = new KeepAliveCaller(port);
  });
  after(async () => {
    caller.close();
    await server.stop();
  });

  function send(path: string, head: object, tail: Buffer): Promise<KeptAnswer> {
    const json = Buffer.from(JSON.stringify(head));
    const headers = { [headHeader]: String(json.length), 'Content-Type': 'application/octet-stream' };
    return caller.send({ path, headers, body: Buffer.concat([json, tail]) });
  }

  const x = (parameters: object): object => ({ name: 'x', shape: [3], datatype: 'FP32', parameters });

  it('are taken, and answered as JSON unless asked for', async () => {
    const answer = await send(numbers, { inputs: [x({ binary_data_size: 12 })] }, floatBytes(1, 2, 5));
    expect(answer.headers['content-type']).to.match(/^application\/json/);
    expect(split(answer).outputs[0]).to.deep.include({ name: 'y', data: [2.5, 3, 4.5] });
  });

  it('are answered when the request asks for them', async () => {
    const head = { inputs: [x({ binary_data_size: 12 })], parameters: { binary_data_output: true } };
    const answer = await send(numbers, head, floatBytes(1, 2, 5));
    const { outputs, tail } = split(answer);
    expect(answer.headers['content-type']).to.equal('application/octet-stream');
    expect(outputs).to.deep.equal([
      { name: 'y', shape: [3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
    ]);
    expect(floatsIn(tail)).to.deep.equal([2.5, 3, 4.5]);
  });

  it('go beside JSON, input by input and output by output, and an output decides for itself', async () => {
    const side = (name: string, more: object): object => ({ name, shape: [2], datatype: 'INT64', ...more });
    const head = {
      inputs: [side('a', { parameters: { binary_data_size: 16 } }), side('b', { data: [1, 2] })],
      outputs: [{ name: 'sum', parameters: { binary_data: false } }, { name: 'mean' }],
      parameters: { binary_data_output: true },
    };
    const { outputs, tail } = split(await send(numbers, head, Buffer.from(BigInt64Array.of(2n, 4n).buffer)));
    expect(outputs[0]).to.deep.include({ name: 'sum', data: [3, 6] });
    expect(outputs[1]).to.not.have.property('data');
    expect(floatsIn(tail)).to.deep.equal([1.5, 3]);
  });

  it('are pictures behind their lengths, with or without a size', async () => {
    const tail = Buffer.concat([withLength(fakeJpeg(3)), withLength(fakeJpeg(1))]);
    for (const parameters of [{ binary_data_size: tail.length }, {}]) {
      const input = { name: 'image_bytes', shape: [2], datatype: 'BYTES', parameters };
      const answer = await send(pictures, { inputs: [input], outputs: [{ name: 'classes' }] }, tail);
      expect(split(answer).outputs[0]?.data).to.deep.equal([3, 1]);
    }
  });

  it('are strings behind their lengths in answers', async () => {
    const input = { name: 'images', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 0 } };
    const tail = withLength(fakeJpeg(3));
    input.parameters.binary_data_size = tail.length;
    const head = { inputs: [input], parameters: { binary_data_output: true } };
    const { outputs, tail: labels } = split(await send(pictures, head, tail));
    expect(outputs[0]).to.deep.include({ name: 'output', shape: [1, 1] });
    expect(labels.readUInt32LE(0)).to.equal(labels.length - 4);
    expect(JSON.parse(labels.toString('utf8', 4))).to.have.length(5);
  });

  it('are a whole body: a picture, or the rows of an array', async () => {
    for (const headers of [
      { [headHeader]: '0' },
      { 'Content-Type': 'application/octet-stream' },
      { 'Content-Type': 'image/jpeg' },
    ]) {
      const { outputs, tail } = split(await caller.send({ path: pictures, headers, body: fakeJpeg(4) }));
      expect(outputs.map(({ name }) => name)).to.deep.equal(['classes', 'probabilities']);
      expect(tail.readBigInt64LE(0)).to.equal(4n);
    }
    const rows = floatBytes(0.2, ...Array<number>(11).fill(0), 0.4, ...Array<number>(11).fill(0));
    const { outputs, tail } = split(
      await caller.send({ path: '/v2/models/cassava/infer', headers: { [headHeader]: '0' }, body: rows }),
    );
    expect(outputs[0]?.shape).to.deep.equal([2, 6]);
    expect(floatsIn(tail).indexOf(1)).to.equal(2);
  });

  it('may be JSON that calls itself bytes', async () => {
    const headers = { 'Content-Type': 'application/octet-stream' };
    const body = JSON.stringify({ inputs: [{ ...x({}), data: [1, 2, 5] }] });
    expect(split(await caller.send({ path: numbers, headers, body })).outputs[0]?.data).to.deep.equal([
      2.5, 3, 4.5,
    ]);
  });
});
