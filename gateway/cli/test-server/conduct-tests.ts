/** Tests of how the server behaves: healthy, polite to mistakes, at ease with odd pictures, closed to strangers. */
import { makePicture, pictureForms } from '../../imaging/make-picture.ts';
import { fieldOf, readPrediction, sentenceOf, TestFailure } from './read-answer.ts';
import { SkippedTest } from './skipped-test.ts';
import type { Answer, SentPicture } from './test-client.ts';
import type { TestSurroundings } from './test-surroundings.ts';

export async function healthTest({ client }: TestSurroundings): Promise<string> {
  const answer = await client.get('/health');
  const { status, body } = answer;
  if (status !== 200) throw new TestFailure(`answered ${sentenceOf(answer)}`);
  if (fieldOf(body, 'status') !== 'healthy') throw new TestFailure('"status" is not "healthy"');
  // Not every such server says it.
  if (fieldOf(body, 'model_loaded') === false) throw new TestFailure('no model is loaded');
  return `healthy, ${fieldOf(body, 'gpu_available') === true ? 'with' : 'without'} a GPU`;
}

/** What is wrong with the request, and the request. */
type Mistake = readonly [string, (surroundings: TestSurroundings) => Promise<Answer>];

const text: SentPicture = { name: 'text.jpg', bytes: new TextEncoder().encode('no picture at all') };
const empty: SentPicture = { name: 'empty.jpg', bytes: new Uint8Array() };

const mistakes: readonly Mistake[] = [
  ['a form without a picture', ({ client }) => client.post('/predict', [])],
  ['a text instead of a picture', ({ client }) => client.post('/predict', [text])],
  ['an empty file', ({ client }) => client.post('/predict', [empty])],
  [
    'half a picture',
    async ({ client }) => {
      const whole = await makePicture('JPEG');
      return client.post('/predict', [{ name: 'half.jpg', bytes: whole.subarray(0, whole.length >> 1) }]);
    },
  ],
  ['an unknown path', ({ client }) => client.get('/no-such-path')],
  ['the wrong method', ({ client }) => client.get('/predict')],
];

export async function errorTest(surroundings: TestSurroundings): Promise<string> {
  for (const [what, send] of mistakes) {
    const answer = await send(surroundings);
    if (answer.status < 400 || answer.status > 499)
      throw new TestFailure(`${what} gave ${sentenceOf(answer)}`);
    if (answer.body === undefined) throw new TestFailure(`${what} gave ${answer.status} without JSON`);
  }
  readPrediction(await surroundings.client.post('/predict', surroundings.pictures.slice(0, 1)));
  return `${mistakes.length} mistakes refused, and the next picture answered`;
}

export async function edgeCaseTest({ client, progress }: TestSurroundings): Promise<string> {
  const cases = [
    ...pictureForms.map((form) => ({ title: form, make: () => makePicture(form) })),
    { title: 'one pixel', make: () => makePicture('JPEG', { width: 1, height: 1 }) },
    { title: 'a panorama', make: () => makePicture('JPEG', { width: 2000, height: 40 }) },
    { title: '6 megapixels', make: () => makePicture('JPEG', { width: 3000, height: 2000 }) },
  ];
  const failed: string[] = [];
  for (const [index, { title, make }] of cases.entries()) {
    progress(`edge case ${index + 1} of ${cases.length}: ${title}`);
    const answer = await client.post('/predict', [{ name: 'picture', bytes: await make() }]);
    if (answer.status === 200) readPrediction(answer);
    else failed.push(`${title} (${sentenceOf(answer)})`);
  }
  if (failed.length > 0) throw new TestFailure(`refused: ${failed.join('; ')}`);
  return `${cases.length} forms and sizes answered`;
}

export async function keyTest({ client, pictures, hasKey }: TestSurroundings): Promise<string> {
  if (!hasKey) throw new SkippedTest('no --api-key was given');
  const lone = pictures.slice(0, 1);
  for (const [what, key] of [
    ['without a key', undefined],
    ['with a wrong key', 'wrong-key-of-the-test'],
  ] as const) {
    const answer = await client.withKey(key).post('/predict', lone);
    if (answer.status !== 401 && answer.status !== 403) {
      throw new TestFailure(`${what} the answer is ${answer.status} instead of 401`);
    }
  }
  return 'asked for, and a wrong one refused';
}
