/** The scripts of tf-serving/: which models are offered, how the model server is started, and when it counts as healthy. */
import { expect } from 'chai';
import { spawnSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Only these tell the truth about a container of Linux. */
const reason = process.platform === 'linux' ? '' : ' (skipped: the scripts run in containers of Linux)';

describe(`tf-serving/${reason}`, () => {
  let folder: string;

  before(function () {
    if (reason !== '') this.skip();
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-tf-serving-'));
    for (const name of ['etc', 'models', 'tmp', 'bin']) fs.mkdirSync(path.join(folder, name));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** The folders of the image are moved below `folder`. */
  function moved(text: string): string {
    return text
      .replaceAll('/etc/tf-serving/', `${folder}/etc/`)
      .replaceAll('/models/', `${folder}/models/`)
      .replaceAll('/tmp/models.config', `${folder}/tmp/models.config`);
  }

  function install(...models: readonly string[]): void {
    for (const model of models) {
      fs.mkdirSync(path.join(folder, 'models', model), { recursive: true });
      fs.writeFileSync(path.join(folder, 'models', model, 'saved_model.pb'), '');
    }
  }

  function start(
    configuration: string,
    ...words: readonly string[]
  ): { readonly code: number | null; readonly out: string; readonly error: string } {
    fs.writeFileSync(path.join(folder, 'etc', 'models.config'), moved(configuration));
    const script = path.join(folder, 'etc', 'start.sh');
    fs.writeFileSync(script, moved(fs.readFileSync(path.resolve('tf-serving', 'start.sh'), 'utf8')));
    fs.writeFileSync(
      path.join(folder, 'bin', 'tensorflow_model_server'),
      '#!/bin/sh\nprintf "%s\\n" "$@"\n',
      {
        mode: 0o755,
      },
    );
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync('sh', [script, ...words], {
      env: { PATH: `${path.join(folder, 'bin')}:${PATH}` },
      encoding: 'utf8',
    });
    return { code: status, out: stdout, error: stderr };
  }

  const made = (): string => fs.readFileSync(path.join(folder, 'tmp', 'models.config'), 'utf8');
  const offered = (): readonly string[] =>
    Array.from(made().matchAll(/config \{ name: "([^"]+)"/g), ([, name = '']) => name);
  const shipped = fs.readFileSync(path.resolve('tf-serving', 'models.config'), 'utf8');

  it('offers the models that are there, named in models.config or not, and no other folder', () => {
    install('cifar10-resnet/1', 'flowers/3', 'not-a-model/readme');
    const { error } = start(shipped);
    expect(offered()).to.deep.equal(['cifar10-resnet', 'flowers']);
    expect(error).to.equal('tf-serving: offers cifar10-resnet\ntf-serving: offers flowers\n');
    expect(made().trimEnd().split('\n').at(-1)).to.equal('}');
  });

  it('keeps what is said about a model, in one line or in several', () => {
    install('one/1', 'several/1');
    const one =
      '  config { name: "one" base_path: "/models/one" model_version_policy { latest { num_versions: 2 } } }';
    const several = '  config {\n    name: "several"\n    base_path: "/models/several"\n  }';
    start(`model_config_list {\n${one}\n${several}\n}\n`);
    expect(made()).to.equal(moved(`model_config_list {\n${one}\n${several}\n}\n`));
  });

  it('starts the model server with our files, and with the words of whoever starts it after them', () => {
    install('cifar10-resnet/1');
    const { code, out } = start(shipped, '--enable_batching=false');
    expect(code).to.equal(0);
    const words = out.trim().split('\n');
    expect(words).to.include.members(['--port=8500', '--rest_api_port=8501']);
    expect(words.at(-1)).to.equal('--enable_batching=false');
    const files = words.flatMap((word) => /_file=.*\/(?:etc|tmp)\/(.+)$/.exec(word)?.[1] ?? []);
    expect(files).to.deep.equal(['models.config', 'monitoring.config', 'batching.config']);
    for (const file of files) expect(fs.existsSync(path.resolve('tf-serving', file)), file).to.equal(true);
  });

  it('says what is missing when there is no model', () => {
    const { code, out, error } = start(shipped);
    expect(error).to.match(/^tf-serving: there is no SavedModel in \S+; mount a folder of .*\n$/);
    expect({ code, out }).to.deep.equal({ code: 1, out: '' });
  });

  async function health(states: Readonly<Record<string, string>>): Promise<number | null> {
    const server = http.createServer((request, response) => {
      const state = states[path.basename(request.url ?? '')] ?? 'END';
      response.end(JSON.stringify({ model_version_status: [{ version: '1', state }] }, undefined, 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const script = fs.readFileSync(path.resolve('tf-serving', 'health.sh'), 'utf8');
    const child = spawn('bash', ['-c', moved(script).replace('/8501', `/${port}`)], { stdio: 'ignore' });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    await new Promise((resolve) => server.close(resolve));
    return code;
  }

  it('is healthy when every model is available, not before, and not without a server', async () => {
    install('one/1', 'two/1');
    start('model_config_list {\n  config {\n    name: "one"\n    base_path: "/models/one"\n  }\n}\n');
    expect(await health({ one: 'AVAILABLE', two: 'AVAILABLE' })).to.equal(0);
    expect(await health({ one: 'AVAILABLE', two: 'LOADING' })).to.equal(1);
    expect(await health({ one: 'LOADING', two: 'AVAILABLE' })).to.equal(1);
    const nobody = moved(fs.readFileSync(path.resolve('tf-serving', 'health.sh'), 'utf8'));
    const { status } = spawnSync('bash', ['-c', nobody.replace('/8501', '/1')], { stdio: 'ignore' });
    expect(status).to.equal(1);
  });
});
