/** Answers to `Classify` and `Regress`, as JSON and as messages. */
import { member } from '../json/json-object.ts';
import { parseJsonText, writeFloat32 } from '../json/json-text.ts';
import { MalformedAnswer, readingAnswer } from './malformed-answer.ts';
import type { ClassificationResultMessage, RegressionResultMessage } from './messages.ts';

export interface ScoredClass {
  readonly label: string;
  /** A 32-bit float. */
  readonly score: number;
}

/** One list of classes an example. */
export type Classifications = readonly (readonly ScoredClass[])[];

export function writeClassifyResponse(results: Classifications): string {
  const texts = results.map((classes) => `[${classes.map(writeClass).join(',')}]`);
  return `{"results":[${texts.join(',')}]}`;
}

const writeClass = ({ label, score }: ScoredClass): string =>
  `[${JSON.stringify(label)},${writeFloat32(Math.fround(score))}]`;

/** @throws MalformedAnswer */
export function readClassifyResponse(text: string | Buffer): Classifications {
  return readResults(text).map((classes) => {
    if (Array.isArray(classes)) return classes.map(readClass);
    throw new MalformedAnswer('The classes of an example are no list.');
  });
}

function readClass(value: unknown): ScoredClass {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [];
  const [label, score] = pair;
  if (typeof label === 'string' && typeof score === 'number') return { label, score };
  throw new MalformedAnswer('A class is not a label and a score.');
}

export function toClassificationResult(results: Classifications): ClassificationResultMessage {
  return { classifications: results.map((classes) => ({ classes })) };
}

export function fromClassificationResult(
  message: ClassificationResultMessage | null | undefined,
): Classifications {
  return (message?.classifications ?? []).map(({ classes }) =>
    (classes ?? []).map(({ label, score }) => ({ label: label ?? '', score: score ?? 0 })),
  );
}

/** @param values one an example, 32-bit floats */
export function writeRegressResponse(values: readonly number[]): string {
  return `{"results":[${values.map((value) => writeFloat32(Math.fround(value))).join(',')}]}`;
}

/** @throws MalformedAnswer */
export function readRegressResponse(text: string | Buffer): readonly number[] {
  return readResults(text).map((value) => {
    if (typeof value === 'number') return value;
    throw new MalformedAnswer('A result of a regression is no number.');
  });
}

export function toRegressionResult(values: readonly number[]): RegressionResultMessage {
  return { regressions: values.map((value) => ({ value })) };
}

export function fromRegressionResult(message: RegressionResultMessage | null | undefined): readonly number[] {
  return (message?.regressions ?? []).map(({ value }) => value ?? 0);
}

/** TensorFlow Serving writes `results`; its documentation says `result`. */
function readResults(text: string | Buffer): readonly unknown[] {
  return readingAnswer(() => {
    const body = parseJsonText(text);
    const results = member(body, 'results') ?? member(body, 'result');
    if (Array.isArray(results)) return Array.from<unknown>(results);
    throw new MalformedAnswer('The answer holds no list "results".');
  });
}
