/** `fovea convert` as a process: weights become models that are served, from any of the formats. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openSession, runSession } from '../fidelity/operations/onnx-run.ts';
import { postPicture, runCommand, startServer, type CommandOutcome } from '../support/running-server.ts';
import { safetensorsBytes } from '../support/safetensors-file.ts';
import { pictureFolder, testPicture } from '../support/test-picture.ts';
import { floats, tinyCheckpoint } from '../unit/converter/architectures/tiny-checkpoint.ts';

const picture = path.join(pictureFolder, 'baseline-444.jpg');
const edgetpu = path.resolve('..', 'shared', 'data', 'models', 'mobilenet_edgetpu_tf2');
const absence = existsSync(path.join(edgetpu, '1')) ? '' : ' (skipped: ../shared/data is absent)';

describe('fovea convert', function () {
  this.timeout(60_000);
  let work = '';
  const inWork = (name: string): string => path.join(work, name);

  const convert = (...words: readonly string[]): Promise<CommandOutcome> =>
    runCommand(['convert', '--weights', inWork('tiny.safetensors'), ...words], {});

  /** Class and percentage of every line below the picture's name. */
  const ranked = ({ out }: CommandOutcome): readonly string[] =>
    out
      .slice(out.indexOf(picture))
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');

  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-convert-'));
    await writeFile(inWork('tiny.safetensors'), safetensorsBytes(tinyCheckpoint()));
    await writeFile(inWork('labels.txt'), 'ant\r\nbee\r\ncat\r\n');
  });

  afterEach(async () => {
    await rm(work, { recursive: true, force: true });
  });

  for (const command of ['convert', 'inspect']) {
    it(`and ${command} --help explain themselves`, async () => {
      const outcome = await runCommand([command, '--help'], {});
      expect(outcome.code).to.equal(0);
      expect(outcome.out).to.include(`Usage: fovea ${command}`);
    });
  }

  it('makes an ONNX file by the flags of the script it takes over from', async () => {
    const outcome = await convert(
      '--output',
      inWork('new/model.onnx'),
      '--test-image',
      picture,
      '--dynamic-axes',
    );
    expect(outcome.error).to.equal('');
    expect(outcome.code).to.equal(0);
    expect(outcome.out)
      .to.match(/Architecture +cifar-resnet \(detected\)/)
      .and.match(/Classes +3\n/);
    expect(ranked(outcome)).to.have.length(3);
    expect((await readdir(inWork('new'))).sort()).to.deep.equal(['model.onnx', 'model.onnx.manifest.json']);
    const session = await openSession(await readFile(inWork('new/model.onnx')));
    const answer = await runSession(session, new Map([['images', floats([2, 32, 32, 3], Math.sin)]]));
    await session.release();
    expect(answer.get('classes')?.shape).to.deep.equal([2]);
  });

  it('says what the network has no use for, and what that may mean', async () => {
    const aside = tinyCheckpoint({ 'layer1.0.extra.weight': floats([2], () => 1) });
    await writeFile(inWork('tiny.safetensors'), safetensorsBytes(aside));
    const { out } = await convert('--output', inWork('model.onnx'));
    expect(out).to.match(
      /^Unused {8}1: layer1\.0\.extra\.weight \(if the network should have them, name another --architecture\)$/m,
    );
  });

  it('leaves nothing in the home and temporary folders, where reports of ONNX Runtime would begin', async () => {
    const aside = await mkdtemp(path.join(work, 'aside-'));
    const words = ['convert', '--weights', inWork('tiny.safetensors'), '--output', inWork('model.onnx')];
    expect((await runCommand(words, { HOME: aside, TMPDIR: aside })).code).to.equal(0);
    expect(await readdir(aside)).to.deep.equal([]);
  });

  it('makes a model that is verified and served as it lies there', async () => {
    const words = [
      '--output',
      inWork('models'),
      '--name',
      'insects',
      '--version',
      '4',
      '--labels',
      inWork('labels.txt'),
    ];
    const outcome = await convert(...words, '--test-image', picture, '--licence', 'CC0-1.0');
    expect(outcome.error).to.equal('');
    expect(outcome.code).to.equal(0);
    expect(await readdir(inWork('models'))).to.deep.equal(['insects']);
    expect((await readdir(inWork('models/insects'))).sort()).to.deep.equal([
      '4',
      'labels.txt',
      'manifest.json',
    ]);
    const environment = { MODELS_DIR: inWork('models'), CACHE_DIR: inWork('cache') };
    const verified = await runCommand(['models', 'verify', 'insects'], environment);
    expect(verified.error).to.equal('');
    expect(verified.out).to.include('insects/4: verified');
    const server = await startServer(environment);
    await server.ready();
    const answer = await postPicture(`${server.url}/classify/insects?top=3`, testPicture('baseline-444.jpg'));
    const body = (await answer.json()) as {
      classes: number;
      predictions: { class: number; label: string; probability: number }[];
    };
    await server.stop();
    const lines = body.predictions.map(({ class: index, label, probability }) => {
      const share = `${(probability * 100).toFixed(1)} %`;
      return `${String(index).padStart(6)}  ${share.padStart(7)}  ${label}`;
    });
    expect(ranked(outcome)).to.deep.equal(lines);
  });

  it('answers alike in both formats, with a background class, and from a SavedModel made into ONNX', async () => {
    const common = ['--background-class', '--test-image', picture, '--std', '0.2,0.3,0.25', '--mean', '0.4'];
    const saved = await convert('--output', inWork('models'), '--format', 'both', ...common);
    const onnx = await convert('--output', inWork('only.onnx'), ...common);
    expect([saved.error, onnx.error]).to.deep.equal(['', '']);
    expect(ranked(saved)).to.have.length(4);
    expect(ranked(onnx)).to.deep.equal(ranked(saved));
    expect(onnx.out).to.include('subtract 102, divide by (51, 76.5, 63.75)');
    const again = await runCommand(
      [
        'convert',
        '--weights',
        inWork('models/tiny/1'),
        '--output',
        inWork('again.onnx'),
        '--test-image',
        picture,
      ],
      {},
    );
    expect(again.error).to.equal('');
    expect(ranked(again)).to.deep.equal(ranked(saved));
  });

  it(`proves an ONNX file whose input has sizes that only the decoder's side knows${absence}`, async function () {
    if (absence !== '') this.skip();
    const cat = path.join(edgetpu, '..', '..', 'golden', 'cat.jpg');
    const words = ['--weights', edgetpu, '--output', inWork('edge.onnx'), '--dynamic-axes'];
    const seen = await runCommand(['convert', ...words, '--test-image', cat], {});
    expect(seen.error).to.equal('');
    expect(seen.out).to.match(/\n +286 +\d/);
    const unseen = await runCommand(['convert', ...words, '--force'], {});
    expect(unseen.error).to.equal('');
    expect(unseen.code).to.equal(0);
  });

  it('keeps what is there, and replaces it when it is told to', async () => {
    await convert('--output', inWork('models'));
    const manifest = await readFile(inWork('models/tiny/manifest.json'), 'utf8');
    const refused = await convert('--output', inWork('models'), '--background-class');
    expect(refused.code).to.equal(2);
    expect(refused.error).to.match(/^fovea: .*tiny.* is there already; give --force.*\n$/);
    expect(await readFile(inWork('models/tiny/manifest.json'), 'utf8')).to.equal(manifest);
    expect((await convert('--output', inWork('models'), '--version', '2', '--force')).error).to.equal('');
    const environment = { MODELS_DIR: inWork('models') };
    const verified = await runCommand(['models', 'verify', 'tiny'], environment);
    expect(verified.out).to.include('tiny/1: verified').and.include('tiny/2: verified');
  });

  it('inspects what was made, by name, by folder and by file, for people and for programs', async () => {
    await convert('--output', inWork('models'), '--format', 'both');
    const environment = { MODELS_DIR: inWork('models') };
    const byName = await runCommand(['inspect', 'tiny'], environment);
    expect(byName.error).to.equal('');
    expect(byName.out).to.match(/Signature serving_default\n {2}in {3}image_bytes +string \[\?\]/);
    const json = await runCommand(['inspect', inWork('models/tiny.onnx'), '--output', 'json'], {});
    const inspection = JSON.parse(json.out) as { format: string; operations: Record<string, number> };
    expect(inspection.format).to.equal('ONNX');
    expect(inspection.operations['Conv']).to.equal(9);
    for (const place of ['models/tiny', 'models/tiny/1/saved_model.pb', 'tiny.safetensors']) {
      expect((await runCommand(['inspect', inWork(place)], {})).code, place).to.equal(0);
    }
    const missing = await runCommand(['inspect', 'no-such'], environment);
    expect(missing.code).to.equal(2);
    expect(missing.error).to.match(
      /^fovea: There is no file, no folder and no installed model no-such; [^\n]+\n$/,
    );
  });
});
