/** Command lines written for tensorflow_model_server, and what becomes of them. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';
import { readConfiguration, type ConfigurationOutcome } from '../../../../gateway/configuration.ts';
import { ModelConfigFile } from '../../../../gateway/cli/model-config-file.ts';
import { modelServerFlags } from '../../../../gateway/cli/model-server-flags.ts';
import { readModelServerRole, type ModelServerRole } from '../../../../gateway/cli/read-model-server-role.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

type Environment = Readonly<Record<string, string>>;

async function roleOf(words: readonly string[], environment: Environment = {}): Promise<ModelServerRole> {
  const read = await readModelServerRole({ words, environment });
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read;
}

async function faultsOf(words: readonly string[]): Promise<readonly string[]> {
  const read = await readModelServerRole({ words, environment: {} });
  return 'faults' in read ? read.faults : [];
}

/** What the settings come to in the role. */
async function outcomeOf(
  words: readonly string[],
  environment: Environment = {},
): Promise<ConfigurationOutcome> {
  const { settingWords, settingValues } = await roleOf(words);
  return readConfiguration({ environment, flags: settingWords, given: settingValues });
}

async function settingsFaultsOf(
  words: readonly string[],
  environment: Environment = {},
): Promise<readonly string[]> {
  const outcome = await outcomeOf(words, environment);
  return 'faults' in outcome ? outcome.faults : [];
}

describe('the role of tensorflow_model_server', () => {
  const folders = new TemporaryFolders();
  let folder = '';
  beforeEach(async () => {
    folder = await folders.make();
  });
  afterEach(() => folders.remove());

  it('listens and serves as the image of TensorFlow Serving does when nothing is said', async () => {
    expect(await roleOf([])).to.deep.equal({
      models: [
        {
          name: 'model',
          basePath: '/models/model',
          platform: 'tensorflow',
          versionPolicy: { kind: 'latest', count: 1 },
          versionLabels: new Map(),
        },
      ],
      versionPollSeconds: 1,
      areUnavailableLabelsAllowed: false,
      servingApi: {
        timeoutMilliseconds: 30_000,
        isContentPreferred: false,
        isOpenToOtherOrigins: false,
      },
      settingValues: new Map([
        ['GRPC_PORT', { text: '8500', origin: '--port' }],
        ['IC_PORT', { text: '8501', origin: '--rest_api_port' }],
      ]),
      settingWords: [],
      portFlags: { http: '--rest_api_port', grpc: '--port' },
      notes: [],
    });
  });

  it('takes values after = and after a space, and switches with and without one', async () => {
    const forms = [
      ['--port=1', '--rest_api_port=2', '--enable_serialization_as_tensor_content'],
      ['--port', '1', '--rest_api_port', '2', '--enable_serialization_as_tensor_content=true'],
      ['--enable_serialization_as_tensor_content', 'true', '--port=3', '--port=1', '--rest_api_port=2'],
    ];
    for (const words of forms) {
      const { servingApi, settingValues } = await roleOf(words);
      expect([...settingValues.values()].map(({ text }) => text)).to.deep.equal(['1', '2']);
      expect(servingApi.isContentPreferred).to.equal(true);
    }
    const { servingApi } = await roleOf(['--enable_serialization_as_tensor_content=false']);
    expect(servingApi.isContentPreferred).to.equal(false);
  });

  it('refuses one port for gRPC and another server in the words of the command line', async () => {
    for (const [words, environment, servers] of [
      [
        ['--port=9000', '--rest_api_port=9000'],
        {},
        '(--port) and HTTP (--rest_api_port) cannot both listen on port 9000',
      ],
      [['--port=8501'], {}, '(--port) and HTTP (--rest_api_port) cannot both listen on port 8501'],
      [['--rest_api_port=8500'], {}, '(--port) and HTTP (--rest_api_port) cannot both listen on port 8500'],
      [
        ['--port=8500'],
        { METRICS_PORT: '8500' },
        '(--port) and the metrics (METRICS_PORT) cannot both listen on port 8500',
      ],
    ] as const)
      expect(await settingsFaultsOf(words, environment)).to.deep.equal([
        `gRPC ${servers}; choose another one for either.`,
      ]);
    expect(await settingsFaultsOf(['--port=0', '--rest_api_port=0'])).to.deep.equal([]);
    expect(await settingsFaultsOf(['--tensorflow_session_parallelism=2.5'])).to.deep.equal([
      '--tensorflow_session_parallelism is "2.5"; expected a whole number from 1 to 1024, or auto.',
    ]);
  });

  for (const [words, environment, name, basePath] of [
    [[], { MODEL_NAME: 'cats' }, 'cats', '/models/cats'],
    [[], { MODEL_NAME: 'cats', MODEL_BASE_PATH: '/disk' }, 'cats', '/disk/cats'],
    [['--model_name=dogs'], { MODEL_NAME: 'cats' }, 'dogs', '/models/dogs'],
    [['--model_name=dogs', '--model_base_path=/a/b'], { MODEL_BASE_PATH: '/disk' }, 'dogs', '/a/b'],
    [['--model_base_path', '/a/b'], {}, 'model', '/a/b'],
  ] as const) {
    it(`serves ${name} from ${basePath} for [${words.join(' ')}] and ${JSON.stringify(environment)}`, async () => {
      const role = await roleOf(words, environment);
      expect(role.models).to.have.length(1);
      expect(role.models[0]).to.include({ name, basePath });
    });
  }

  it('gives the settings what concerns them, and the rest of the words', async () => {
    const outcome = await outcomeOf(
      [
        '--port=0',
        '--tensorflow_session_parallelism=4',
        '--log-level',
        'warn',
        '--tensorflow_inter_op_parallelism=0',
      ],
      { IC_PORT: '1', GRPC_PORT: '2' },
    );
    expect(outcome).to.have.property('configuration');
    expect('configuration' in outcome ? outcome.configuration : {}).to.include({
      grpcPort: 'off',
      port: 8501,
      workers: 1,
      threadsPerWorker: 4,
      logLevel: 'warn',
    });
  });

  it('leaves a flag that nobody knows to be refused by name', async () => {
    const faults = await settingsFaultsOf(['--model_nam=cats']);
    expect(faults.join()).to.include('There is no option --model_nam;');
  });

  it('says which flags have no effect, and stops at those it must not pass over', async () => {
    const { notes } = await roleOf([
      '--enable_batching',
      '--rest_api_num_threads=8',
      '--file_system_poll_wait_seconds=0',
    ]);
    expect(notes).to.have.length(2);
    expect(notes.join('\n')).to.match(
      /^--enable_batching has no effect: .*\n--rest_api_num_threads has no effect: /,
    );
    expect(
      await faultsOf(['--ssl_config_file=x', '--port=many', '--rest_api_port=65536', '--model_name=']),
    ).to.deep.equal([
      '--ssl_config_file cannot be obeyed: TLS is not offered; put a proxy that has it before this server.',
      '--port is "many"; expected a whole number from 0 to 65535.',
      '--rest_api_port is "65536"; expected a whole number from 0 to 65535.',
      '--model_name is ""; expected a text.',
    ]);
  });

  it('has every flag once, with a line about it', () => {
    const names = modelServerFlags.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(modelServerFlags.filter(({ help }) => help === '' || help.endsWith('.'))).to.deep.equal([]);
  });

  it('serves the models of a model_config_file rather than one by name', async () => {
    await writeFiles(folder, {
      'models.config': Buffer.from(
        'model_config_list { config { name: "a" base_path: "/m/a" } config { name: "b" base_path: "/m/b" model_version_policy { all {} } } }',
      ),
    });
    const file = path.join(folder, 'models.config');
    const { models, configFile } = await roleOf([
      '--model_name=other',
      `--model_config_file=${file}`,
      '--model_config_file_poll_wait_seconds=5',
    ]);
    expect(models.map(({ name, versionPolicy }) => [name, versionPolicy.kind])).to.deep.equal([
      ['a', 'latest'],
      ['b', 'all'],
    ]);
    expect(configFile).to.include({ pollSeconds: 5 });
  });

  it('stops at a model_config_file that is missing or wrong, with the place of the fault', async () => {
    await writeFiles(folder, {
      'models.config': Buffer.from('model_config_list {\n  config { nam: "a" }\n}'),
    });
    const file = path.join(folder, 'models.config');
    const [wrong = ''] = await faultsOf([`--model_config_file=${file}`]);
    expect(wrong)
      .to.include(`The model_config_file ${file} is wrong: `)
      .and.match(/Line 2, column \d+/);
    const [missing = ''] = await faultsOf([`--model_config_file=${folder}/none`]);
    expect(missing).to.match(/cannot be read \(ENOENT\)\.$/);
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [unending = ''] = await faultsOf([`--model_config_file=${pipe}`]);
    expect(unending).to.match(/cannot be read \(not a plain file\)\.$/);
  });

  it('follows a model_config_file: what changed is served, what is wrong is told once', async () => {
    const config = (name: string): Buffer =>
      Buffer.from(`model_config_list { config { name: "${name}" base_path: "/m" } }`);
    await writeFiles(folder, { 'models.config': config('a') });
    const file = new ModelConfigFile(path.join(folder, 'models.config'));
    await file.read();
    expect(await file.readChanged()).to.equal(undefined);
    const stop = new AbortController();
    const seen: string[] = [];
    const next = new Promise<void>((resolve) => {
      file.follow({
        pollSeconds: 0.005,
        reload: async ([model]) => {
          seen.push(model?.name ?? 'none');
          if (model?.name === 'c') resolve();
        },
        log: { info: () => undefined, error: (_fields, sentence) => seen.push(sentence) },
        signal: stop.signal,
      });
    });
    await writeFiles(folder, { 'models.config': Buffer.from('what is this') });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await writeFiles(folder, { 'models.config': config('c') });
    await next;
    stop.abort();
    expect(seen.at(-1)).to.equal('c');
    expect(seen[0]).to.match(/is wrong: .* The models stay as they are\.$/);
    expect(seen.filter((line) => line.includes('is wrong'))).to.have.length(seen.length - 1);
  });
});
