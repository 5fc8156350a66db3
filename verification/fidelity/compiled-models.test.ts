/** The compiled models give TensorFlow's class on every picture of the ImageNet samples, and its probabilities. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import { fillSavedModel } from '../support/fill-saved-model.ts';
import { ProgramRunner } from './operations/onnx-run.ts';

const shared = path.resolve('..', 'shared', 'data');
const samples = path.join(shared, 'imagenet-samples');
const recorded = path.resolve('verification', 'fidelity');
const isPresent = existsSync(samples);
const reason = isPresent ? '' : ' (skipped: ../shared/data/imagenet-samples is not there)';

const classCount = 1001;
/** The recorded probabilities are rounded to 1/65535. */
const rounding = 1 / 65535 / 2;
const mostDifference = 1e-3;

interface Answers {
  readonly pictures: readonly string[];
  readonly classes: readonly number[];
  /** Rows of 1001. */
  readonly probabilities: Uint16Array;
}

interface Comparison {
  readonly pictures: number;
  readonly classesDiffering: readonly string[];
  readonly correct: number;
  readonly largestDifference: number;
}

function field(value: unknown, name: string): unknown {
  const isRecord = typeof value === 'object' && value !== null;
  const found: unknown = isRecord ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
  if (found === undefined) throw new Error(`the record lacks ${name}`);
  return found;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('the record holds something else than a list');
  return value;
}

async function readAnswers(model: string): Promise<Answers> {
  const text = await readFile(path.join(recorded, 'tensorflow-answers.json'), 'utf8');
  const record: unknown = JSON.parse(text);
  const entry = field(field(record, 'models'), model);
  const every = Number(field(entry, 'every'));
  const unpacked = gunzipSync(await readFile(path.join(recorded, `${model}.probabilities.gz`)));
  const bytes = new Uint8Array(unpacked);
  return {
    pictures: list(field(record, 'pictures'))
      .map(String)
      .filter((_, index) => index % every === 0),
    classes: list(field(entry, 'classes')).map(Number),
    probabilities: new Uint16Array(bytes.buffer),
  };
}

/** Class of each WordNet number: its rank among the thousand, plus one for the background class. */
async function classRanks(): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(path.join(shared, 'models', 'imagenet_wnids.txt'), 'utf8');
  const numbers = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return new Map(numbers.sort().map((number, rank) => [number, rank + 1]));
}

async function compare(folder: string, model: string, resamples: boolean): Promise<Comparison> {
  const answers = await readAnswers(model);
  const ranks = await classRanks();
  const compiled = await compileSavedModel(folder);
  const runner = await ProgramRunner.open(compiled, 'serving_default', { threads: 2, resamples });
  const classesDiffering: string[] = [];
  let correct = 0;
  let largestDifference = 0;
  for (const [row, picture] of answers.pictures.entries()) {
    const bytes = new Uint8Array(await readFile(path.join(samples, picture)));
    const outputs = await runner.run(
      new Map([['image_bytes', { datatype: 'string', shape: [1], elements: [bytes] }]]),
    );
    const given = Number(outputs.get('classes')?.elements[0]);
    const probabilities = outputs.get('probabilities')?.elements ?? [];
    expect(probabilities.length).to.equal(classCount);
    if (given !== answers.classes[row]) classesDiffering.push(picture);
    if (given === ranks.get(picture.split('_')[0] ?? '')) correct += 1;
    for (let index = 0; index < classCount; index += 1) {
      const expected = (answers.probabilities[row * classCount + index] ?? NaN) / 65535;
      const difference = Math.abs(Number(probabilities[index]) - expected);
      // Written so that a NaN counts as a difference.
      if (!(difference <= largestDifference)) largestDifference = difference;
    }
  }
  await runner.close();
  return { pictures: answers.pictures.length, classesDiffering, correct, largestDifference };
}

function holds(comparison: Comparison, model: string): void {
  const { pictures, classesDiffering, correct, largestDifference } = comparison;
  console.log(
    `      ${model}: ${pictures - classesDiffering.length} of ${pictures} classes equal, ${correct} correct, ` +
      `probabilities within ${largestDifference.toExponential(2)}`,
  );
  expect(classesDiffering).to.deep.equal([]);
  expect(largestDifference).to.be.at.most(mostDifference - rounding);
}

/** The engine resamples where it can, and falls back on the module where it cannot. */
const ways = [
  { way: 'resampled by the engine', resamples: true },
  { way: 'prepared by their module', resamples: false },
];

describe('the compiled models on the ImageNet samples', function () {
  this.timeout(180_000);

  for (const { way, resamples } of ways) {
    for (const model of ['mobilenet_edgetpu_tf1', 'mobilenet_edgetpu_tf2']) {
      it(`${model} answers as TensorFlow on all 400 ${way}, 365 of them right${reason}`, async function () {
        if (!isPresent) this.skip();
        const comparison = await compare(path.join(shared, 'models', model, '1'), model, resamples);
        holds(comparison, model);
        expect([comparison.pictures, comparison.correct]).to.deep.equal([400, 365]);
      });
    }

    it(`the official ResNet graph with noise for weights answers as TensorFlow on every eighth ${way}${reason}`, async function () {
      if (!isPresent) this.skip();
      const model = 'resnet_v2_fp32_savedmodel_NHWC_jpg';
      const filled = await mkdtemp(path.join(tmpdir(), 'fovea-filled-'));
      try {
        await fillSavedModel(path.join(shared, 'models', model, '1538687457'), filled);
        const comparison = await compare(filled, model, resamples);
        holds(comparison, model);
        expect(comparison.pictures).to.equal(50);
      } finally {
        await rm(filled, { recursive: true, force: true });
      }
    });
  }
});
