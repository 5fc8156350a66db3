/** `fovea convert` with bad input: one sentence, exit code 2, and nothing left behind. */
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../support/running-server.ts';
import { safetensorsBytes } from '../support/safetensors-file.ts';
import { pictureFolder } from '../support/test-picture.ts';
import { floats, tinyCheckpoint } from '../unit/converter/architectures/tiny-checkpoint.ts';
import {
  globalName,
  oldCheckpoint,
  oneTensor,
  pickle,
  reduce,
  text,
  tuple,
} from '../unit/converter/readers/checkpoint/pickle-bytes.ts';
import { zipBytes } from '../unit/converter/readers/checkpoint/zip-bytes.ts';

const whole = safetensorsBytes(tinyCheckpoint());

interface Refusal {
  readonly what: string;
  readonly weights: Uint8Array;
  /** Given after `--weights` and `--output`; `@` stands for the working folder. */
  readonly words?: readonly string[];
  readonly sentence: RegExp;
}

const refusals: readonly Refusal[] = [
  { what: 'a file that is not a model', weights: Buffer.from('hello'), sentence: /is a text file/ },
  { what: 'an empty file', weights: Buffer.alloc(0), sentence: /is empty/ },
  { what: 'half a checkpoint', weights: whole.subarray(0, whole.length / 2), sentence: /damaged, cut off/ },
  {
    what: 'weights that are missing from a checkpoint',
    weights: safetensorsBytes(tinyCheckpoint({ 'fc.bias': undefined })),
    sentence: /lacks 1 of the parameters that cifar-resnet needs: fc\.bias/,
  },
  {
    what: 'a zip bomb',
    weights: zipBytes([
      { name: 'archive/data.pkl', content: Buffer.alloc(300_000_000), isDeflated: true },
      { name: 'archive/version', content: Buffer.from('3\n') },
    ]),
    sentence: /as only a zip bomb does/,
  },
  {
    what: 'a pickle with os.system',
    weights: pickle(globalName('os', 'system'), tuple(text('touch executed')), reduce),
    sentence: /os\.system/,
  },
  {
    what: 'a checkpoint that is no network',
    weights: oldCheckpoint(oneTensor, { 0: [1, 2, 3] }),
    sentence: /no architecture known here/,
  },
  {
    what: 'a network of three channels on weights of four',
    weights: safetensorsBytes(tinyCheckpoint({ 'conv1.weight': floats([4, 4, 3, 3], Math.sin) })),
    sentence: /conv1\.weight has the shape \[4, 4, 3, 3\] where cifar-resnet needs \[any, 3, /,
  },
  {
    what: 'labels of the wrong length',
    weights: whole,
    words: ['--labels', '@/two.txt'],
    sentence: /2 labels for 3 classes/,
  },
  {
    what: 'labels that are not there',
    weights: whole,
    words: ['--labels', '@/no.txt'],
    sentence: /labels file/,
  },
  {
    what: 'a test image that is none',
    weights: whole,
    words: ['--test-image', '@/two.txt'],
    sentence: /test image/,
  },
  {
    what: 'a damaged test image',
    weights: whole,
    words: ['--test-image', path.join(pictureFolder, 'truncated.jpg')],
    sentence: /truncated\.jpg cannot be used: /,
  },
  {
    what: 'an architecture that does not exist',
    weights: whole,
    words: ['--architecture', 'alexnet'],
    sentence: /no architecture alexnet; choose one of resnet18, /,
  },
  {
    what: 'weights that answer no numbers',
    weights: safetensorsBytes(tinyCheckpoint({ 'fc.bias': floats([3], () => NaN) })),
    sentence: /fc\.bias holds values/,
  },
];

describe('fovea convert refuses', function () {
  this.timeout(60_000);
  let work = '';
  const inWork = (name: string): string => path.join(work, name);

  async function refused(words: readonly string[], sentence: RegExp): Promise<void> {
    const outcome = await runCommand(['convert', '--weights', inWork('model.pth'), ...words], {});
    const said = outcome.error.replace(
      /^(proving|starting|reading|building|compiling|writing)[^\n]*s\)\n/gm,
      '',
    );
    expect(said)
      .to.match(/^fovea: [^\n]+\.\n$/)
      .and.match(sentence);
    expect(said.length).to.be.lessThan(600);
    expect(outcome.code).to.equal(2);
    expect(outcome.out).to.equal('');
  }

  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-refused-'));
    await writeFile(inWork('two.txt'), 'ant\nbee\n');
  });

  afterEach(async () => {
    await rm(work, { recursive: true, force: true });
  });

  for (const { what, weights, words = [], sentence } of refusals) {
    it(what, async () => {
      await writeFile(inWork('model.pth'), weights);
      const given = words.map((word) => word.replace(/^@/, work));
      await refused(['--output', inWork('deep/new/model.onnx'), '--format', 'both', ...given], sentence);
      expect((await readdir(work)).sort()).to.deep.equal(['model.pth', 'two.txt']);
    });
  }

  it('weights that are not there', async () => {
    await refused(['--output', inWork('model.onnx')], /There is no file or folder .*model\.pth/);
    expect(await readdir(work)).to.deep.equal(['two.txt']);
  });

  it('weights, labels and a test image that never end', async () => {
    await symlink('/dev/zero', inWork('model.pth'));
    await refused(['--output', inWork('model.onnx')], /neither a file nor a folder; correct --weights/);
    await rm(inWork('model.pth'));
    await writeFile(inWork('model.pth'), whole);
    const words = ['--output', inWork('model.onnx')];
    await refused([...words, '--labels', '/dev/zero'], /labels file .* cannot be read/);
    await refused([...words, '--test-image', '/dev/zero'], /test image .* cannot be read/);
    expect((await readdir(work)).sort()).to.deep.equal(['model.pth', 'two.txt']);
  });

  it('an output that is there already, in either format', async () => {
    await writeFile(inWork('model.pth'), whole);
    await writeFile(inWork('model.onnx'), 'precious');
    await refused(['--output', inWork('model.onnx')], /model\.onnx is there already; give --force/);
    await mkdir(inWork('models/model/1'), { recursive: true });
    await refused(['--output', inWork('models')], /is there already; give --force/);
    expect((await readdir(work)).sort()).to.deep.equal(['model.onnx', 'model.pth', 'models', 'two.txt']);
  });

  it('an output below a file', async () => {
    await writeFile(inWork('model.pth'), whole);
    await refused(['--output', inWork('two.txt/models')], /Nothing can be written to .*\(ENOTDIR\)/);
  });

  const isAllowedEverything = process.getuid?.() === 0;
  const reason = isAllowedEverything ? ' (skipped: this user may write everywhere)' : '';
  it(`an output that may not be written${reason}`, async function () {
    if (isAllowedEverything) this.skip();
    await writeFile(inWork('model.pth'), whole);
    await mkdir(inWork('locked'));
    await chmod(inWork('locked'), 0o500);
    await refused(['--output', inWork('locked/model.onnx')], /Nothing can be written to .*\(EACCES\)/);
  });

  it('options that mean nothing, all of them at once', async () => {
    const words = ['--format', 'tflite', '--mean', '1,2', '--std', '0', '--crop', 'big', '--frobnicate'];
    const outcome = await runCommand(['convert', ...words], {});
    expect(outcome.code).to.equal(2);
    for (const flag of ['--weights', '--format', '--mean', '--std', '--crop', '--frobnicate']) {
      expect(outcome.error).to.include(flag);
    }
  });
});
