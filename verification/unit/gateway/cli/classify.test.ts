/** `fovea classify`: what its words mean, what it says when they mean nothing, and its exit codes. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { classify } from '../../../../gateway/cli/classify.ts';
import { installPictureFixture, type PictureFixture } from '../../../support/picture-fixture.ts';
import { recordedTerminal } from '../../../support/recorded-terminal.ts';
import { testPicture } from '../../../support/test-picture.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

describe('fovea classify', function () {
  this.timeout(60_000);
  let fixture: PictureFixture;
  let folder: string;
  let environment: Record<string, string>;

  before(async () => {
    fixture = await installPictureFixture();
    folder = path.join(path.dirname(fixture.modelsFolder), 'pictures');
    environment = { MODELS_DIR: fixture.modelsFolder, CACHE_DIR: fixture.cacheFolder, WORKERS: '1' };
    await mkdir(path.join(folder, 'inner'), { recursive: true });
    const [first, second] = fixture.pictures;
    await writeFile(path.join(folder, 'inner', 'one.jpg'), first?.bytes ?? '');
    await writeFile(path.join(folder, 'two'), second?.bytes ?? '');
    await symlink(path.join(folder, 'two'), path.join(folder, 'linked.jpeg'));
    await writeFile(path.join(folder, 'drawing.png'), testPicture('colour.png'));
    await mkdir(path.join(fixture.modelsFolder, 'announced'));
  });

  async function run(
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const terminal = recordedTerminal({ environment: { ...environment, ...more } });
    const code = await classify(words, terminal);
    return { code, ...terminal.written };
  }

  const classesOf = ({ out }: Outcome): readonly (readonly [string, number])[] => {
    const rows = JSON.parse(out) as readonly { readonly file: string; readonly class: number }[];
    return rows.map((row) => [path.relative(folder, row.file), row.class]);
  };
  const classOf = (index: number): number => fixture.pictures[index]?.class ?? -1;

  it('finds the pictures of a folder, linked ones too, and takes a named file whatever its ending', async () => {
    const outcome = await run([folder, path.join(folder, 'two'), '--output', 'json']);
    expect(outcome.error).to.not.include('fovea: ');
    expect(outcome.code).to.equal(0);
    expect(classesOf(outcome)).to.deep.equal([
      ['inner/one.jpg', classOf(0)],
      ['linked.jpeg', classOf(1)],
      ['two', classOf(1)],
    ]);
  });

  it('looks in folders for every format that CLASSIFY_FORMATS accepts', async () => {
    const outcome = await run([folder, '--output=json'], { CLASSIFY_FORMATS: 'png' });
    expect(outcome.code).to.equal(0);
    expect(classesOf(outcome).map(([file]) => file)).to.deep.equal(['drawing.png']);
  });

  it('keeps the values of settings apart from pictures, wherever they stand', async () => {
    const words = ['--workers', '1', '--max-queue=7', path.join(folder, 'two'), '--output', 'json'];
    expect(classesOf(await run(words))).to.deep.equal([['two', classOf(1)]]);
  });

  it('takes every word after -- for a file', async () => {
    const outcome = await run(['--', '--output', 'csv', '--help']);
    expect(outcome.code).to.equal(1);
    for (const word of ['--output', 'csv', '--help'])
      expect(outcome.error).to.include(`There is no file or folder ${word}.\n`);
    const found = await run(['--output', 'json', '--', path.join(folder, 'two')]);
    expect(classesOf(found)).to.deep.equal([['two', classOf(1)]]);
  });

  it('fails for a missing file and a folder without pictures, in their place, and still answers the rest', async () => {
    const empty = path.join(folder, 'nothing');
    await mkdir(empty, { recursive: true });
    const outcome = await run([
      path.join(folder, 'gone.jpg'),
      empty,
      path.join(folder, 'two'),
      '--output=json',
    ]);
    expect(outcome.code).to.equal(1);
    expect(outcome.error).to.include('no file or folder').and.include('holds no picture (.jpg, .jpeg)');
    const rows = JSON.parse(outcome.out) as readonly { readonly file: string; readonly error?: string }[];
    expect(rows.map(({ file, error }) => [path.relative(folder, file), error])).to.deep.equal([
      ['gone.jpg', `There is no file or folder ${path.join(folder, 'gone.jpg')}.`],
      ['nothing', `The folder ${empty} holds no picture (.jpg, .jpeg).`],
      ['two', undefined],
    ]);
    expect(rows[2]).to.have.property('class', classOf(1));
  });

  it('shows what is missing in every form of output', async () => {
    const missing = path.join(folder, 'gone.jpg');
    const sentence = `There is no file or folder ${missing}.`;
    const csv = await run([missing, '--output', 'csv']);
    expect(csv).to.include({ code: 1 });
    expect(csv.out.split('\r\n')[1]).to.equal(`${missing},,,,,${sentence}`);
    expect((await run([missing])).out).to.equal(`${missing}\n  error: ${sentence}\n`);
  });

  it('names the known models when the one asked for is none of them', async () => {
    const outcome = await run([folder, '--model', 'tinny']);
    expect(outcome).to.include({ code: 1, out: '' });
    expect(outcome.error).to.match(
      /^fovea: There is no model "tinny"\. Known models: (.*, )?tiny(, .*)?\.\n$/,
    );
  });

  it('shows as many predictions as --top asks for, best first', async () => {
    const outcome = await run([path.join(folder, 'two'), '--top', '4', '--output', 'json']);
    const [row] = JSON.parse(outcome.out) as readonly {
      readonly class: number;
      readonly predictions: readonly { readonly class: number; readonly probability: number }[];
    }[];
    const probabilities = row?.predictions.map(({ probability }) => probability) ?? [];
    expect(probabilities).to.have.length(4);
    expect([...probabilities].sort((left, right) => right - left)).to.deep.equal(probabilities);
    expect(row?.predictions[0]?.class).to.equal(row?.class);
  });

  it('does not begin after the signal to stop, and says by its exit code that it did not finish', async () => {
    const terminal = recordedTerminal({ environment, stop: AbortSignal.abort() });
    expect(await classify([folder], terminal)).to.equal(1);
    expect(terminal.written.out).to.equal('');
  });

  for (const [words, named] of [
    [[], 'at least one picture'],
    [['x.jpg', '--top', '0'], '--top'],
    [['x.jpg', '--top', '1.5'], '--top'],
    [['x.jpg', '--output', 'xml'], 'table, json, csv'],
    [['x.jpg', '--model'], '--model has no value'],
    [['x.jpg', '--wrokers', '2'], '--wrokers'],
    [['x.jpg', '--workers', 'many'], '--workers'],
  ] as const) {
    it(`exits 2 for the words [${words.join(' ')}] and says why`, async () => {
      const outcome = await run(words);
      expect(outcome.code).to.equal(2);
      expect(outcome.out).to.equal('');
      expect(outcome.error).to.include(named);
    });
  }
});
