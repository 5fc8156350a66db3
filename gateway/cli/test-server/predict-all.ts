/** Sends pictures one by one and compares the classes with what their names say. */
import { describeClass, describeKnown } from './answer-tests.ts';
import { isExpected } from './expected-class.ts';
import { readPrediction, TestFailure } from './read-answer.ts';
import type { TestOutcome } from './run-tests.ts';
import { NoAnswer, type SentPicture } from './test-client.ts';
import type { TestSurroundings } from './test-surroundings.ts';

/** One outcome a picture; none for those left when the work is stopped. */
export async function predictAll(
  surroundings: Omit<TestSurroundings, 'hasKey'>,
): Promise<readonly TestOutcome[]> {
  const { pictures, progress, stop } = surroundings;
  const outcomes: TestOutcome[] = [];
  for (const [index, picture] of pictures.entries()) {
    if (stop.aborted) break;
    progress(`${index} of ${pictures.length} pictures`);
    outcomes.push({ title: picture.name, ...(await predict(picture, surroundings)) });
  }
  return outcomes;
}

async function predict(
  picture: SentPicture,
  { client, expectedClass }: Pick<TestSurroundings, 'client' | 'expectedClass'>,
): Promise<Omit<TestOutcome, 'title'>> {
  try {
    const answer = await client.post('/predict?labels=true', [picture]);
    const found = readPrediction(answer);
    const seen = `${describeClass(found)}, ${Math.round(answer.milliseconds)} ms`;
    const expected = expectedClass(picture.name);
    return expected === undefined || isExpected(expected, found)
      ? { result: 'passed', details: seen }
      : { result: 'failed', details: `${seen}; its name says ${describeKnown(expected)}` };
  } catch (error) {
    if (!(error instanceof TestFailure || error instanceof NoAnswer)) throw error;
    return { result: 'failed', details: error.message };
  }
}
