/** The small SavedModel of this project that takes JPEGs, installed as a user would; gone when the tests end. */
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fixturesFolder, readRuns } from '../fidelity/operations/fixture.ts';

export interface PictureFixture {
  /** A models folder with the one model `tiny`. */
  readonly modelsFolder: string;
  /** An empty folder to be used as CACHE_DIR. */
  readonly cacheFolder: string;
  /** Pictures and the class TensorFlow gives each. */
  readonly pictures: readonly { readonly bytes: Uint8Array; readonly class: number }[];
}

export async function installPictureFixture(): Promise<PictureFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fovea-system-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const modelsFolder = path.join(folder, 'models');
  const version = path.join(modelsFolder, 'tiny', '1');
  await mkdir(version, { recursive: true });
  const source = path.join(fixturesFolder, 'picture');
  for (const name of await readdir(source)) {
    if (name !== 'runs.json')
      await cp(path.join(source, name), path.join(version, name), { recursive: true });
  }
  await writeFile(path.join(modelsFolder, 'tiny', 'labels.txt'), 'zero\none\ntwo\nthree\n');
  return { modelsFolder, cacheFolder: path.join(folder, 'cache'), pictures: await recordedPictures() };
}

/** TensorFlow's class is the arg-max of the scores it was recorded with. */
async function recordedPictures(): Promise<PictureFixture['pictures']> {
  const run = (await readRuns('picture')).find(({ signature }) => signature === 'serving_default');
  const encoded = run?.inputs.get('x');
  const scores = run?.outputs.get('scores');
  if (encoded?.datatype !== 'string' || scores === undefined || scores.datatype === 'string') {
    throw new Error('the picture fixture has no recorded run');
  }
  const width = scores.shape[1] ?? 0;
  const values = Array.from<number | bigint, number>(scores.elements, Number);
  return encoded.elements.map((bytes, row) => {
    const line = values.slice(row * width, (row + 1) * width);
    return { bytes, class: line.indexOf(Math.max(...line)) };
  });
}
