/** Tests of how fast the server answers, alone and under load. */
import { readPrediction, sentenceOf, TestFailure } from './read-answer.ts';
import type { TestSurroundings } from './test-surroundings.ts';

const timedRequests = 20;
/** What the servers whose clients come here promise for one picture. */
const longestMilliseconds = 3000;

const loadRequests = 100;
const loadConnections = 8;

export async function timeTest({ client, pictures, progress }: TestSurroundings): Promise<string> {
  const times: number[] = [];
  for (let index = 0; index < timedRequests; index += 1) {
    progress(`response times: ${index} of ${timedRequests} requests`);
    const answer = await client.post('/predict', pictures.slice(index % pictures.length).slice(0, 1));
    readPrediction(answer);
    times.push(answer.milliseconds);
  }
  const longest = quantile(times, 1);
  const told = `median ${Math.round(quantile(times, 0.5))} ms, longest ${Math.round(longest)} ms`;
  if (longest > longestMilliseconds)
    throw new TestFailure(`${told}, more than ${longestMilliseconds / 1000} s`);
  return told;
}

export async function loadTest({ client, pictures, progress, stop }: TestSurroundings): Promise<string> {
  const times: number[] = [];
  const refusals: string[] = [];
  let next = 0;
  const connection = async (): Promise<void> => {
    while (next < loadRequests && !stop.aborted) {
      const index = next;
      next += 1;
      const answer = await client.post('/predict', pictures.slice(index % pictures.length).slice(0, 1));
      if (answer.status === 200) times.push(answer.milliseconds);
      else refusals.push(sentenceOf(answer));
      progress(`load: ${times.length + refusals.length} of ${loadRequests} requests`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: loadConnections }, connection));
  const perSecond = (times.length * 1000) / (performance.now() - began);
  if (refusals.length > 0) {
    throw new TestFailure(
      `${refusals.length} of ${loadRequests} refused, the first with ${refusals[0] ?? ''}`,
    );
  }
  return (
    `${loadRequests} requests over ${loadConnections} connections, ${perSecond.toFixed(1)} a second, ` +
    `median ${Math.round(quantile(times, 0.5))} ms, p95 ${Math.round(quantile(times, 0.95))} ms`
  );
}

/** The smallest value that so large a share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((left, right) => left - right);
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? NaN;
}
