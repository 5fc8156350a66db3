/** The Open Inference Protocol of the real program with a real model: one picture, one answer in every form. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { GrpcCaller } from '../support/grpc-caller.ts';
import { InferenceCaller } from '../support/inference-caller.ts';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';

const prefix = '/system/services/tiny/exposed';
const labels = ['zero', 'one', 'two', 'three'];

interface InferAnswer {
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[];
}

describe('the Open Inference Protocol of the real program', function () {
  this.timeout(60_000);
  let fixture: PictureFixture;
  let server: RunningServer;
  let caller: InferenceCaller;
  let model: string;

  before(async () => {
    fixture = await installPictureFixture();
    server = await startServer({
      MODELS_DIR: fixture.modelsFolder,
      CACHE_DIR: fixture.cacheFolder,
      WORKERS: '1',
      MODEL_CONTROL: 'explicit',
      ROOT_PATH: prefix,
    });
    await server.ready();
    caller = new InferenceCaller(new GrpcCaller(server.grpcPort));
    model = `${server.url}/v2/models/tiny`;
  });
  after(async () => {
    caller.caller.close();
    expect(await server.stop()).to.equal(0);
  });

  async function infer(address: string, body: object): Promise<InferAnswer['outputs']> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${address}/infer`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).to.equal(200);
    return ((await answer.json()) as InferAnswer).outputs;
  }

  const input = (name: string, bytes: Uint8Array): object => ({
    name,
    shape: [1],
    datatype: 'BYTES',
    data: [Buffer.from(bytes).toString('base64')],
  });

  /** How many bytes of other outputs come first. */
  function bytesBefore(output: string, head: string): number {
    const { outputs } = JSON.parse(head) as {
      readonly outputs: readonly {
        readonly name: string;
        readonly parameters: { readonly binary_data_size: number };
      }[];
    };
    return outputs
      .slice(
        0,
        outputs.findIndex(({ name }) => name === output),
      )
      .reduce((sum, { parameters }) => sum + parameters.binary_data_size, 0);
  }

  it('answers what TensorFlow has recorded, alike in JSON, in bytes and over gRPC', async () => {
    for (const { bytes, class: expected } of fixture.pictures) {
      const [scores] = await infer(model, { inputs: [input('x', bytes)], outputs: [{ name: 'scores' }] });
      const values = (scores?.data ?? []).map(Number);
      expect(values.indexOf(Math.max(...values))).to.equal(expected);

      const raw = await fetch(`${model}/infer`, {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg' },
        body: bytes,
      });
      const headLength = Number(raw.headers.get('Inference-Header-Content-Length'));
      const body = Buffer.from(await raw.arrayBuffer());
      const start = headLength + bytesBefore('scores', body.toString('utf8', 0, headLength));
      const floats = Float32Array.from(values, (_, index) => body.readFloatLE(start + 4 * index));
      expect([...floats]).to.deep.equal(values.map(Math.fround));

      const contents = { bytes_contents: [bytes] };
      const answer = await caller.answerTo('ModelInfer', {
        model_name: 'tiny',
        inputs: [{ name: 'x', datatype: 'BYTES', shape: [1], contents }],
        outputs: [{ name: 'scores' }],
      });
      expect(answer).to.have.deep.nested.property('raw_output_contents', [Buffer.from(floats.buffer)]);
    }
  });

  it('answers labels to clients of MLServer, also below the prefix of OSCAR', async () => {
    for (const { bytes, class: expected } of fixture.pictures) {
      const body = {
        inputs: [{ ...input('images', bytes), shape: [0], data: Buffer.from(bytes).toString('base64') }],
      };
      const [output] = await infer(`${server.url}${prefix}/v2/models/resnet`, body);
      expect(output?.name).to.equal('output');
      const ranked: unknown = JSON.parse(String(output?.data[0]));
      expect(ranked).to.have.length(labels.length);
      expect(ranked).to.have.nested.property('[0].label', labels[expected]);
    }
  });

  it('unloads the model and loads it again, as requests say', async () => {
    const act = (verb: string): Promise<Response> =>
      fetch(`${server.url}/v2/repository/models/tiny/${verb}`, { method: 'POST' });
    expect((await act('unload')).status).to.equal(200);
    expect((await fetch(`${model}/ready`)).status).to.equal(503);
    const { code } = await caller.call('ModelMetadata', { name: 'tiny' });
    expect(code).to.equal(status.UNAVAILABLE);
    expect((await act('load')).status).to.equal(200);
    expect((await fetch(`${model}/ready`)).status).to.equal(200);
    expect(await caller.answerTo('ServerReady', {})).to.deep.equal({ ready: true });
  });
});
