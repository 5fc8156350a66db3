/** The folder of somebody who comes from MLServer, served as it is by the real program and asked by their own curl. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { GrpcCaller } from '../support/grpc-caller.ts';
import { InferenceCaller } from '../support/inference-caller.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { runCommand, startServer, type RunningServer } from '../support/running-server.ts';

/** As the tutorial for ResNet-50 of Hugging Face has it. */
const tutorial = {
  name: 'resnet-50',
  implementation: 'mlserver_huggingface.HuggingFaceRuntime',
  parameters: {
    extra: {
      task: 'image-classification',
      optimum_model: true,
      pretrained_model: 'microsoft/resnet-50',
      device: -1,
    },
  },
};
const bundled = path.resolve('models', 'cifar10-resnet');

interface Inferred {
  readonly model_name: string;
  readonly model_version: string;
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly parameters: Readonly<Record<string, string>>;
    readonly data: readonly string[];
  }[];
}

describe('a folder of MLServer', function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  let root = '';
  let server: RunningServer | undefined;
  let body = '';

  before(async () => {
    const picture = await readFile(path.resolve('verification', 'test_data', 'baseline-420.jpg'));
    const input = { name: 'images', shape: [0], datatype: 'BYTES', data: picture.toString('base64') };
    body = JSON.stringify({ inputs: [input] });
  });
  beforeEach(async () => {
    root = await folders.make();
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await folders.remove();
  });

  const write = async (place: string, settings: object): Promise<void> => {
    await mkdir(path.dirname(path.join(root, place)), { recursive: true });
    await writeFile(path.join(root, place), JSON.stringify(settings));
  };
  const serve = async (settings: Readonly<Record<string, string>> = {}): Promise<RunningServer> => {
    server = await startServer({ MODELS_DIR: root, CACHE_DIR: path.join(root, '.cache'), ...settings });
    return server;
  };
  const infer = async ({ url }: RunningServer, place: string, sent = body): Promise<Response> =>
    fetch(`${url}/v2/models/${place}/infer`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: sent,
    });
  const errorOf = async (answer: Response): Promise<string> =>
    ((await answer.json()) as { readonly error: string }).error;

  it('answers the tutorial’s curl from the SavedModel in it, in the version of its settings', async () => {
    await write('folder/model-settings.json', {
      ...tutorial,
      parameters: { ...tutorial.parameters, version: 'v0.1.0', uri: './model' },
    });
    await cp(path.join(bundled, '1'), path.join(root, 'folder', 'model'), { recursive: true });
    await cp(path.join(bundled, 'labels.txt'), path.join(root, 'folder', 'labels.txt'));
    const running = await serve();
    await running.ready();
    const answer = (await (await infer(running, 'resnet-50')).json()) as Inferred;
    expect(answer).to.include({ model_name: 'resnet-50', model_version: 'v0.1.0' });
    const [output, ...others] = answer.outputs;
    expect(others).to.deep.equal([]);
    expect(output).to.deep.include({
      name: 'output',
      shape: [1, 1],
      parameters: { content_type: 'hg_jsonlist' },
    });
    const predictions = JSON.parse(output?.data[0] ?? '') as { label: string; score: number }[];
    const labels = (await readFile(path.join(bundled, 'labels.txt'), 'utf8')).split('\n');
    expect(predictions).to.have.length(5);
    for (const { label } of predictions) expect(labels).to.include(label);
    for (const place of ['resnet-50/versions/v0.1.0', 'microsoft%2Fresnet-50', 'microsoft/resnet-50']) {
      const again = (await (await infer(running, place)).json()) as Inferred;
      expect(again.outputs, place).to.deep.equal(answer.outputs);
    }
    expect((await infer(running, 'resnet-50/versions/v0.2.0')).status).to.equal(400);
    expect((await infer(running, 'folder')).status).to.equal(404);
    const caller = new GrpcCaller(running.grpcPort);
    const [input] = (JSON.parse(body) as { inputs: { data: string }[] }).inputs;
    const picture = Buffer.from(input?.data ?? '', 'base64');
    const overGrpc = await new InferenceCaller(caller).answerTo('ModelInfer', {
      model_name: 'microsoft/resnet-50',
      model_version: 'v0.1.0',
      inputs: [{ name: 'images', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [picture] } }],
    });
    caller.close();
    expect(overGrpc).to.include({ model_name: 'resnet-50', model_version: 'v0.1.0' });
    const metadata = await fetch(`${running.url}/v2/models/resnet-50`);
    expect(await metadata.json()).to.deep.include({ name: 'resnet-50', versions: ['v0.1.0'] });
    const index = await fetch(`${running.url}/v2/repository/index`, { method: 'POST' });
    expect(await index.json()).to.deep.include({
      name: 'resnet-50',
      version: 'v0.1.0',
      state: 'READY',
      reason: '',
    });
    expect(running.messages.join('\n')).to.include(
      'the implementation mlserver_huggingface.HuggingFaceRuntime of its model-settings.json is not run',
    );
  });

  it('takes the content types of its settings for those of requests that say none', async () => {
    const tensor = { name: 'image_bytes', datatype: 'BYTES', shape: [-1] };
    const usual = { ...tensor, parameters: { content_type: 'pillow_image' } };
    await write('typed/model-settings.json', {
      name: 'typed',
      inputs: [usual],
      parameters: { uri: '../weights' },
    });
    await write('bare/model-settings.json', {
      name: 'bare',
      inputs: [tensor],
      parameters: { uri: '../weights' },
    });
    await cp(path.join(bundled, '1'), path.join(root, 'weights'), { recursive: true });
    const running = await serve();
    await running.ready();
    const [input] = (JSON.parse(body) as { inputs: { data: string }[] }).inputs;
    const named = JSON.stringify({ inputs: [{ ...tensor, shape: [1], data: [input?.data] }] });
    const outputsOf = async (model: string): Promise<readonly string[]> => {
      const answer = (await (await infer(running, model, named)).json()) as Inferred;
      return answer.outputs.map(({ name }) => name);
    };
    expect(await outputsOf('typed')).to.deep.equal(['output']);
    expect(await outputsOf('bare')).to.deep.equal(['classes', 'probabilities']);
  });

  it('answers from the installed model that its id means', async () => {
    await write('resnet-50/model-settings.json', tutorial);
    await cp(bundled, path.join(root, 'microsoft--resnet-50'), { recursive: true });
    const running = await serve({ RESNET_MODEL: 'microsoft/resnet-50' });
    await running.ready();
    const answer = (await (await infer(running, 'resnet-50')).json()) as Inferred;
    expect(answer.model_name).to.equal('resnet-50');
    expect(answer.outputs[0]?.parameters).to.deep.equal({ content_type: 'hg_jsonlist' });
    const alias = (await (await infer(running, 'resnet')).json()) as Inferred;
    expect(alias.outputs).to.deep.equal(answer.outputs);
  });

  it('says what to do, to clients and in the log, when its model is not installed', async () => {
    await write('resnet-50/model-settings.json', tutorial);
    await write('settings.json', { debug: true, http_port: 8080 });
    const running = await serve();
    await running.said('Not ready');
    const answer = await infer(running, 'resnet-50');
    expect(answer.status).to.equal(503);
    expect(await errorOf(answer)).to.include(
      'It is the Hugging Face model microsoft/resnet-50, which is not installed',
    );
    const unknown = await infer(running, 'google%2Fvit-base-patch16-224');
    expect(unknown.status).to.equal(404);
    expect(await errorOf(unknown)).to.match(
      /^No model here is "google\/vit-base-patch16-224" of Hugging Face\. Nothing is downloaded by itself: .*known models: .*resnet-50/,
    );
    expect(running.messages.join('\n')).to.include(
      'npm run fovea -- convert --weights model.safetensors --output',
    );
    expect(running.messages.join('\n')).to.include('set IC_PORT=8080');
  });

  it('is listed, and neither pulled nor removed, by name or by id', async () => {
    await write('model-settings.json', tutorial);
    await cp(path.join(bundled, '1'), path.join(root, '1'), { recursive: true });
    const places = { MODELS_DIR: root };
    const { out } = await runCommand(['models', 'list', '--json'], places);
    const listed = (JSON.parse(out) as { readonly name: string }[]).find(({ name }) => name === 'resnet-50');
    expect(listed).to.deep.include({
      versions: [1],
      implementation: 'mlserver_huggingface.HuggingFaceRuntime',
      huggingFace: 'microsoft/resnet-50',
      title: 'microsoft/resnet-50',
    });
    const removed = await runCommand(['models', 'remove', 'resnet-50', '--force'], places);
    expect(removed.error).to.include('is described by model-settings.json');
    const pulled = await runCommand(['models', 'pull', 'google/vit-base-patch16-224'], places);
    expect(pulled.error).to.match(
      /^No model here is "google\/vit-base-patch16-224" of Hugging Face, .*Known models: /,
    );
    expect([removed.code, pulled.code]).to.deep.equal([1, 1]);
    const picture = path.resolve('verification', 'test_data', 'baseline-420.jpg');
    const classified = await runCommand(['classify', picture, '--model', 'microsoft/resnet-50'], places);
    expect(classified.code, classified.error).to.equal(0);
    const inspected = await runCommand(['inspect', 'microsoft/resnet-50'], places);
    expect(inspected.code, inspected.error).to.equal(0);
    const refused = await runCommand(['classify', picture, '--model', 'google/vit'], places);
    expect(refused.error).to.include('No model here is "google/vit" of Hugging Face');
  });
});
