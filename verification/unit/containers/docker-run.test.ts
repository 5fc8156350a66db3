/** docker_run.sh: what it refuses, and what it asks of docker, which a stub in its place writes down. */
import { expect } from 'chai';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Answers as docker would, and fails where the test says so. */
const stub = `#!/bin/sh
printf '%s [%s] [%s]\\n' "$*" "$TF_SERVING_IMAGE" "$COMPOSE_FILE" >>"$STUB_LOG"
case "$*" in
  'compose version --short') echo "\${STUB_VERSION-2.26.1-4}" ;;
  'compose port img-class 5000') echo "\${STUB_ADDRESS-0.0.0.0:5000}" ;;
  'compose ps --all --status exited --quiet verification') printf '%s' "$STUB_TESTER" ;;
esac
case "$*" in *"$STUB_FAILING"*) echo "$STUB_WORDS" >&2; exit 1 ;; esac
`;

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  /** Calls of docker but for those that only look: its words, the image, the Compose files. */
  readonly calls: readonly string[];
}

describe('docker_run.sh', () => {
  let folder: string;

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-docker-run-'));
    fs.mkdirSync(path.join(folder, 'with'));
    fs.mkdirSync(path.join(folder, 'without'));
    fs.writeFileSync(path.join(folder, 'with', 'docker'), stub, { mode: 0o755 });
    for (const program of ['bash', 'dirname', 'sh']) {
      const file = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
      fs.symlinkSync(file, path.join(folder, 'without', program));
    }
  });

  after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function run(
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const log = path.join(folder, 'calls');
    fs.writeFileSync(log, '');
    const without = path.join(folder, 'without');
    const env = {
      PATH: `${path.join(folder, 'with')}:${without}`,
      STUB_LOG: log,
      STUB_FAILING: 'nothing',
      ...environment,
    };
    const child = spawn(path.join(without, 'bash'), [path.resolve('docker_run.sh'), ...words], { env });
    let out = '';
    let error = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const calls = fs
      .readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/^(info|compose (version|port|ps)) ?/.test(line));
    return { code, out, error, calls };
  }

  it('explains itself without docker', async () => {
    const { code, out } = await run(['--help'], { PATH: path.join(folder, 'without') });
    expect(code).to.equal(0);
    for (const word of ['build', 'up', 'test', 'down', '--cpu', '--gpu', '--stand-in'])
      expect(out).to.match(new RegExp(`^  ${word} `, 'm'));
  });

  const refused: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, string])[] =
    [
      ['an unknown word', ['start'], {}, 'there is no "start" here'],
      ['two commands', ['up', 'down'], {}, 'not both up and down'],
      ['two places behind the gateway', ['--cpu', 'up', '--gpu'], {}, 'not both --cpu and --gpu'],
      ['a docker without Compose', ['up'], { STUB_FAILING: 'compose version' }, 'no Compose plugin'],
      ['an old Compose', ['up'], { STUB_VERSION: '2.23.3' }, 'Docker Compose is 2.23.3; 2.24 or newer'],
      ['an engine that does not answer', ['up'], { STUB_FAILING: 'info' }, 'engine does not answer'],
    ];
  for (const [what, words, environment, sentence] of refused)
    it(`refuses ${what} in one sentence, and starts nothing`, async () => {
      const { code, error, calls } = await run(words, environment);
      expect(code).to.be.oneOf([1, 2]);
      expect(error).to.contain(sentence);
      expect(error.trim().split('\n')).to.have.length(1);
      expect(calls).to.deep.equal([]);
    });

  it('refuses a machine without docker in one sentence', async () => {
    const { code, error } = await run(['up'], { PATH: path.join(folder, 'without') });
    expect({ code, error }).to.deep.equal({
      code: 1,
      error: 'docker_run.sh: docker was not found; install Docker Engine with its Compose plugin.\n',
    });
  });

  it('builds the gateway before what may be made of it, starts both and says where they answer', async () => {
    const { code, out, calls } = await run(['up', '--stand-in']);
    expect(calls).to.deep.equal([
      'compose build img-class [fovea-img-class] []',
      'compose build tf-serving [fovea-img-class] []',
      'compose up -d --wait [fovea-img-class] []',
    ]);
    expect(out).to.equal('Ready: curl -F image=@cat.jpg http://localhost:5000/classify/resnet\n');
    expect(code).to.equal(0);
  });

  for (const [published, host] of [
    ['127.0.0.1:5000', '127.0.0.1:5000'],
    ['::1:5000', '[::1]:5000'],
    ['[::1]:5000', '[::1]:5000'],
    [':::5000', 'localhost:5000'],
    ['[::]:5000', 'localhost:5000'],
  ] as const)
    it(`gives the address ${published} as a URL has it`, async () => {
      const { out } = await run(['up'], { STUB_ADDRESS: published });
      expect(out).to.equal(`Ready: curl -F image=@cat.jpg http://${host}/classify/resnet\n`);
    });

  it('does the same without a word, with whatever image the environment names', async () => {
    const { calls } = await run([], { TF_SERVING_IMAGE: 'mine:1' });
    expect(calls.map((call) => call.replace('[mine:1] []', ''))).to.deep.equal([
      'compose build img-class ',
      'compose build tf-serving ',
      'compose up -d --wait ',
    ]);
  });

  it('chooses the official image for the CPU, and for the GPU gives it the GPUs', async () => {
    const cpu = await run(['build', '--cpu']);
    expect(cpu.calls[1]).to.equal('compose build tf-serving [tensorflow/serving:latest] []');
    const gpu = await run(['build', '--gpu']);
    expect(gpu.calls[1]).to.equal(
      'compose build tf-serving [tensorflow/serving:latest-gpu] [docker-compose.yml:docker-compose-gpu.yml]',
    );
  });

  it('shows the last words of containers that did not become ready, and fails', async () => {
    const { code, error, calls } = await run(['up'], { STUB_FAILING: 'up -d' });
    expect(calls.at(-1)).to.match(/^compose logs /);
    expect(error).to.contain('did not become ready');
    expect(code).to.equal(1);
  });

  // As Docker Engine 20.10 has said them, each in its turn.
  const reasons: readonly (readonly [string, string, string])[] = [
    ['a taken port', 'listen tcp4 0.0.0.0:5000: bind: address already in use', 'a port is taken'],
    ['a port of a container', 'Bind for 0.0.0.0:5001 failed: port is already allocated', 'a port is taken'],
    ['what is no port', 'invalid port specification: "99999"', 'IC_PORT or GRPC_PORT is no port'],
    [
      'an address of another machine',
      'listen tcp4 203.0.113.7:5000: bind: cannot assign requested address',
      'HOST is no address of this machine',
    ],
    [
      'GPUs that containers cannot have',
      'could not select device driver "nvidia" with capabilities: [[gpu]]',
      'Docker has no GPU for containers',
    ],
    ['models that are not there', 'bind source path does not exist: /nowhere', 'folder of the models'],
  ];
  for (const [what, words, sentence] of reasons)
    it(`says in one sentence that the reason is ${what}`, async () => {
      const { code, error, calls } = await run(['up'], { STUB_FAILING: 'up -d', STUB_WORDS: words });
      const [said, ours, ...others] = error.trim().split('\n');
      expect({ code, said, others }).to.deep.equal({ code: 1, said: words, others: [] });
      expect(ours)
        .to.match(/^docker_run\.sh: .*\.$/)
        .and.to.contain(sentence);
      expect(calls.at(-1)).to.match(/^compose up -d /);
    });

  it('takes a word that is said twice as said once', async () => {
    const { code, calls } = await run(['build', '--cpu', 'build', '--cpu']);
    expect(code).to.equal(0);
    expect(calls).to.have.length(2);
  });

  for (const failing of ['nothing', 'exit-code-from'])
    it(`tests, takes the test down and has its result (failing: ${failing})`, async () => {
      const { code, calls } = await run(['test', '--cpu'], { STUB_FAILING: failing });
      const files = '[tensorflow/serving:latest] [docker-compose-test.yml]';
      expect(calls).to.include(
        `compose up --attach verification --no-log-prefix --exit-code-from verification ${files}`,
      );
      expect(calls.at(-1)).to.equal(`compose down -v --remove-orphans ${files}`);
      expect(code).to.equal(failing === 'nothing' ? 0 : 1);
    });

  for (const [what, tester, sentence] of [
    ['of a test that failed that it failed', '5f0c', 'the test failed;'],
    ['of containers that did not start that nothing was tested', '', 'nothing was tested;'],
  ] as const)
    it(`says ${what}`, async () => {
      const failing = { STUB_FAILING: 'exit-code-from', STUB_TESTER: tester };
      const { code, error, calls } = await run(['test', '--cpu'], failing);
      expect(code).to.equal(1);
      expect(error.trim().split('\n').at(-1)).to.contain(sentence);
      expect(calls.at(-2)).to.match(/^compose logs /);
    });

  it('takes down both stacks', async () => {
    const { calls } = await run(['down']);
    expect(calls).to.deep.equal([
      'compose down -v --remove-orphans [] [docker-compose.yml]',
      'compose down -v --remove-orphans [] [docker-compose-test.yml]',
    ]);
  });
});
