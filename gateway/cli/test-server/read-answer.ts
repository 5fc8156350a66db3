/** Reads the answers of a prediction server and says what is wrong with one. */
import type { Answer } from './test-client.ts';

/** The server did not do what it should; the message says what it did, in a few words. */
export class TestFailure extends Error {}

export interface AnsweredClass {
  readonly classId: number;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly label: string | undefined;
}

/** @throws TestFailure unless it is 200 with one class of the form that `/predict` promises */
export function readPrediction(answer: Answer): AnsweredClass {
  return predictionIn(bodyOf(answer));
}

/** @throws TestFailure unless it is 200 with a list of so many classes */
export function readPredictions(answer: Answer, count: number): readonly AnsweredClass[] {
  const body = bodyOf(answer);
  if (!Array.isArray(body)) throw new TestFailure(`${count} pictures in one form gave no list`);
  if (body.length !== count) throw new TestFailure(`${count} pictures gave ${body.length} answers`);
  return body.map(predictionIn);
}

/** @throws TestFailure unless it is 200 with so many ranked classes */
export function readTop(answer: Answer, count: number): readonly AnsweredClass[] {
  const body = bodyOf(answer);
  const list = fieldOf(body, 'predictions');
  if (!Array.isArray(list)) throw new TestFailure('the answer has no list "predictions"');
  if (list.length !== count) throw new TestFailure(`k=${count} gave ${list.length} predictions`);
  requireSeconds(body);
  const classes = list.map(classIn);
  const isRanked = classes.every(
    ({ confidence }, rank) => rank === 0 || confidence <= (classes[rank - 1]?.confidence ?? 1),
  );
  if (!isRanked) throw new TestFailure('the predictions are not in the order of their confidence');
  return classes;
}

/** Undefined when there is no such field. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

/** A refusal in the server's own words. */
export function sentenceOf({ status, body }: Answer): string {
  const told = fieldOf(body, 'error') ?? fieldOf(body, 'detail');
  return typeof told === 'string' ? `${status}: ${told}` : String(status);
}

function bodyOf(answer: Answer): unknown {
  if (answer.status !== 200) throw new TestFailure(`answered ${sentenceOf(answer)}`);
  if (answer.body === undefined) throw new TestFailure('the answer is not JSON');
  return answer.body;
}

function predictionIn(body: unknown): AnsweredClass {
  const found = classIn(body);
  requireSeconds(body);
  const gpu = fieldOf(body, 'gpu_utilization');
  if (gpu !== undefined && gpu !== null && !isShare(gpu)) {
    throw new TestFailure('"gpu_utilization" is neither null nor a number from 0 to 1');
  }
  return found;
}

function classIn(body: unknown): AnsweredClass {
  const classId = fieldOf(body, 'class_id');
  const confidence = fieldOf(body, 'confidence');
  const label = fieldOf(body, 'label');
  if (typeof classId !== 'number' || !Number.isInteger(classId) || classId < 0) {
    throw new TestFailure('"class_id" is not a whole number');
  }
  if (!isShare(confidence)) throw new TestFailure('"confidence" is not a number from 0 to 1');
  return { classId, confidence, label: typeof label === 'string' ? label : undefined };
}

function requireSeconds(body: unknown): void {
  const seconds = fieldOf(body, 'processing_time');
  if (typeof seconds !== 'number' || seconds < 0) {
    throw new TestFailure('"processing_time" is not a number of seconds');
  }
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
