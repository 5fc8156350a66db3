/** `serve --as tensorflow-serving` with a real model: one picture, one answer over REST, gRPC and /classify. */
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { serve } from '../../gateway/cli/serve.ts';
import { GrpcCaller } from '../support/grpc-caller.ts';
import { healthCheck } from '../support/grpc-reflection.ts';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { PredictionCaller, shapeOf, spec } from '../support/prediction-caller.ts';
import { recordedTerminal } from '../support/recorded-terminal.ts';

interface Ports {
  readonly port: number;
  readonly grpcPort: number;
}

/** The line of the log that says where the server listens. */
function portsIn(line: string): Ports | undefined {
  const entry: unknown = JSON.parse(line);
  const field = (name: string): number => Number(fieldOf(entry, name));
  return field('port') > 0 ? { port: field('port'), grpcPort: field('grpcPort') } : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

describe('serve --as tensorflow-serving', function () {
  this.timeout(60_000);
  let fixture: PictureFixture;
  let stop: AbortController;
  let ended: Promise<number>;
  let url: string;
  let caller: PredictionCaller;

  before(async () => {
    fixture = await installPictureFixture();
    const folder = path.join(fixture.modelsFolder, 'tiny');
    await cp(path.join(folder, '1'), path.join(folder, '2'), { recursive: true });
    const config = path.join(fixture.modelsFolder, 'models.config');
    await writeFile(
      config,
      `model_config_list {
        config { # The model of the tests.
          name: "small"
          base_path: "${folder}"
          model_platform: "tensorflow"
          model_version_policy { specific { versions: 1 } }
          version_labels { key: "stable" value: 1 }
        }
      }`,
    );
    stop = new AbortController();
    const words = ['--as', 'tensorflow-serving', `--model_config_file=${config}`, '--rest_api_port', '0'];
    const settings = ['--grpc-port', '0', '--host', '127.0.0.1', '--workers', '1', '--log-format', 'json'];
    const { port, grpcPort } = await new Promise<Ports>((resolve, reject) => {
      const out = {
        write: (line: string) => {
          const ports = portsIn(line);
          if (ports !== undefined) resolve(ports);
        },
      };
      const environment = { CACHE_DIR: fixture.cacheFolder, IC_PORT: '1', TF_SERVICE: 'nowhere' };
      const error = {
        write: (line: string) => {
          reject(new Error(line));
        },
      };
      ended = serve([...words, ...settings], {
        environment,
        envFile: undefined,
        out,
        error,
        stop: stop.signal,
      });
    });
    url = `http://127.0.0.1:${port}`;
    caller = new PredictionCaller(new GrpcCaller(grpcPort));
    while ((await fetch(`${url}/ready`)).status !== 200)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  after(async () => {
    caller.caller.close();
    stop.abort();
    expect(await ended).to.equal(0);
  });

  const highest = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));

  async function predictOverRest(bytes: Uint8Array, version = ''): Promise<readonly number[]> {
    const body = { instances: [{ b64: Buffer.from(bytes).toString('base64') }] };
    const answer = await fetch(`${url}/v1/models/small${version}:predict`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const { predictions } = (await answer.json()) as { predictions: { scores: number[] }[] | number[][] };
    const [row] = predictions;
    return Array.isArray(row) ? row : (row?.scores ?? []);
  }

  async function predictOverGrpc(bytes: Uint8Array): Promise<readonly number[]> {
    const x = { dtype: 7, tensor_shape: shapeOf(1), string_val: [bytes] };
    const answer = await caller.answerTo('Predict', { model_spec: spec('small'), inputs: { x } });
    const scores = ['outputs', 'scores', 'float_val'].reduce(fieldOf, answer);
    return Array.isArray(scores) ? scores.map(Number) : [];
  }

  it('answers the class that TensorFlow has recorded, with the same scores on every way', async () => {
    for (const { bytes, class: expected } of fixture.pictures) {
      const overRest = await predictOverRest(bytes);
      const overGrpc = await predictOverGrpc(bytes);
      expect(highest(overRest)).to.equal(expected);
      expect(overGrpc.map(Math.fround)).to.deep.equal(overRest.map(Math.fround));
      expect(await predictOverRest(bytes, '/labels/stable')).to.deep.equal(overRest);
      const classified = await fetch(`${url}/classify/small`, {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg' },
        body: bytes,
      });
      expect(await classified.json()).to.deep.equal({ classes: expected });
    }
  });

  it('serves the versions of the policy and no other', async () => {
    const answer = await fetch(`${url}/v1/models/small`);
    expect(await answer.json()).to.have.nested.property('model_version_status.length', 1);
    expect((await fetch(`${url}/v1/models/small/versions/2`)).status).to.equal(404);
  });

  it('exchanges its models when it is told to, and goes back', async () => {
    const config = (policy: object): object => ({
      model_config_list: {
        config: [
          {
            name: 'small',
            base_path: path.join(fixture.modelsFolder, 'tiny'),
            model_version_policy: policy,
            version_labels: { stable: 1 },
          },
        ],
      },
    });
    await caller.answerTo('HandleReloadConfigRequest', { config: config({ policy_choice: 'all', all: {} }) });
    expect((await fetch(`${url}/v1/models/small/versions/2`)).status).to.equal(200);
    const specific = { policy_choice: 'specific', specific: { versions: [1] } };
    await caller.answerTo('HandleReloadConfigRequest', { config: config(specific) });
    expect((await fetch(`${url}/v1/models/small/versions/2`)).status).to.equal(404);
    expect(highest(await predictOverRest(fixture.pictures[0]?.bytes ?? new Uint8Array()))).to.equal(
      fixture.pictures[0]?.class,
    );
  });

  it('is no second model by the name resnet, for a gateway that asks for it; /classify/resnet answers', async () => {
    expect((await fetch(`${url}/v1/models/resnet`)).status).to.equal(404);
    const { code, details } = await caller.call('GetModelStatus', { model_spec: spec('resnet') });
    expect(code).to.equal(status.NOT_FOUND);
    expect(details).to.equal('Could not find any versions of model resnet');
    const classified = await fetch(`${url}/classify/resnet`, {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg' },
      body: fixture.pictures[0]?.bytes ?? new Uint8Array(),
    });
    expect(await classified.json()).to.deep.equal({ classes: fixture.pictures[0]?.class });
  });

  it('does not start with a label of a version that is not there', async () => {
    const config = path.join(fixture.modelsFolder, 'labels.config');
    const base = path.join(fixture.modelsFolder, 'tiny');
    const label = 'version_labels { key: "next" value: 7 }';
    await writeFile(config, `model_config_list { config { name: "small" base_path: "${base}" ${label} } }`);
    const words = ['--as', 'tensorflow-serving', '--model_config_file', config, '--rest_api_port', '0'];
    const terminal = recordedTerminal({ environment: { LOG_LEVEL: 'silent' } });
    expect(await serve(words, terminal)).to.equal(2);
    expect(terminal.written.error).to.match(
      /^fovea: Request to assign label to version 7 of model small, which/,
    );
  });

  it('is healthy over gRPC as it is over HTTP', async () => {
    const { code, response } = await caller.caller.call(healthCheck, { service: '' });
    expect(code).to.equal(status.OK);
    expect(response).to.deep.equal({ status: 'SERVING' });
  });
});
