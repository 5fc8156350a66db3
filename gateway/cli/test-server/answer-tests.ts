/** Tests of what the server says about pictures. */
import { readPrediction, readPredictions, readTop, TestFailure, type AnsweredClass } from './read-answer.ts';
import { isExpected } from './expected-class.ts';
import { SkippedTest } from './skipped-test.ts';
import type { SentPicture } from './test-client.ts';
import type { TestSurroundings } from './test-surroundings.ts';

export async function pictureTest({ client, pictures }: TestSurroundings): Promise<string> {
  const answer = await client.post('/predict?labels=true', pictures.slice(0, 1));
  return `${describeClass(readPrediction(answer))}, ${Math.round(answer.milliseconds)} ms`;
}

export async function classTest({ client, pictures, expectedClass }: TestSurroundings): Promise<string> {
  const known = pictures.flatMap((picture) => {
    const expected = expectedClass(picture.name);
    return expected === undefined ? [] : [{ picture, expected }];
  });
  if (known.length === 0) {
    throw new SkippedTest('no picture says its class by its name, as n01440764_tench.jpeg does');
  }
  const wrong: string[] = [];
  for (const { picture, expected } of known) {
    const found = readPrediction(await client.post('/predict?labels=true', [picture]));
    if (isExpected(expected, found)) continue;
    wrong.push(`${picture.name} is ${describeKnown(found)} instead of ${describeKnown(expected)}`);
  }
  if (wrong.length > 0)
    throw new TestFailure(`${wrong.length} of ${known.length} wrong: ${wrong.join('; ')}`);
  return `${known.length} of ${known.length} right`;
}

export async function topTest({ client, pictures }: TestSurroundings): Promise<string> {
  const lone = pictures.slice(0, 1);
  const answer = await client.post('/predict/top?k=3', lone);
  if (answer.status === 404) throw new SkippedTest('the server has no /predict/top');
  const [first] = readTop(answer, 3);
  const best = readPrediction(await client.post('/predict', lone));
  if (first?.classId !== best.classId) {
    throw new TestFailure(`the first is class ${String(first?.classId)}, but /predict says ${best.classId}`);
  }
  return '3 in order, the first as /predict';
}

const batchSize = 3;

export async function batchTest({ client, pictures }: TestSurroundings): Promise<string> {
  const batch: SentPicture[] = Array.from({ length: batchSize }, (_, index) => index).flatMap(
    (index) => pictures[index % pictures.length] ?? [],
  );
  const together = readPredictions(await client.post('/predict', batch), batchSize);
  for (const [index, picture] of batch.entries()) {
    const alone = readPrediction(await client.post('/predict', [picture]));
    if (alone.classId !== together[index]?.classId) {
      throw new TestFailure(`picture ${index + 1} of ${batchSize} gives another class than alone`);
    }
  }
  return `${batchSize} pictures in one form, the same classes as one by one`;
}

export function describeClass(answered: AnsweredClass): string {
  return `${describeKnown(answered)}, confidence ${answered.confidence.toFixed(3)}`;
}

export function describeKnown({ classId, label }: Pick<AnsweredClass, 'classId' | 'label'>): string {
  return `class ${classId}${label === undefined ? '' : ` (${label})`}`;
}
