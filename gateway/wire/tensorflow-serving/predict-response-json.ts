/** The answer to `:predict`, written for a client and read from a backend. */
import type { TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { isJsonObject } from '../json/json-object.ts';
import { parseJsonText } from '../json/json-text.ts';
import { MalformedAnswer, readingAnswer } from './malformed-answer.ts';
import type { PredictForm } from './predict-request-json.ts';
import { isBytesObject, readJsonTensor } from './read-json-tensor.ts';
import { type StringForm, writeJsonRows, writeJsonTensor } from './write-json-tensor.ts';

/** @throws ServingError `invalid-input` when rows are asked for and the outputs do not have the same number of them. */
export function writePredictResponse(outputs: ReadonlyMap<string, Tensor>, form: PredictForm): string {
  return form === 'row' ? `{"predictions":${writeRows(outputs)}}` : `{"outputs":${writeColumns(outputs)}}`;
}

/** The name of a single output is left out. */
function writeColumns(outputs: ReadonlyMap<string, Tensor>): string {
  const texts = Array.from(outputs, ([name, tensor]) => [name, writeJsonTensor(tensor, stringForm(name))]);
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return only[1] ?? '';
  return `{${texts.map(([name, text]) => `${JSON.stringify(name)}:${text ?? ''}`).join(',')}}`;
}

function writeRows(outputs: ReadonlyMap<string, Tensor>): string {
  const counts = new Set(Array.from(outputs.values(), ({ shape }) => shape[0]));
  const [count] = counts;
  if (counts.size > 1 || (count === undefined && outputs.size > 0)) {
    throw new ServingError(
      'invalid-input',
      "The outputs of this model do not have one row an instance; ask with 'inputs' instead of 'instances'.",
    );
  }
  const columns = Array.from(outputs, ([name, tensor]) => {
    const rows = writeJsonRows(tensor, stringForm(name));
    return outputs.size === 1 ? rows : rows.map((row) => `${JSON.stringify(name)}:${row}`);
  });
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return `[${only.join(',')}]`;
  const rows = Array.from({ length: count ?? 0 }, (_, index) =>
    columns.map((column) => column[index] ?? '').join(','),
  );
  return `[${rows.map((row) => `{${row}}`).join(',')}]`;
}

/** TensorFlow Serving's rule: the name says that an output holds bytes which are no text. */
const stringForm = (name: string): StringForm => (name.endsWith('_bytes') ? 'b64' : 'text');

/**
 * Reads either form.
 *
 * @param outputs the outputs that the signature has; each must be in the answer
 * @throws MalformedAnswer
 */
export function readPredictResponse(
  text: string | Buffer,
  outputs: readonly TensorSpecification[],
): ReadonlyMap<string, Tensor> {
  return readingAnswer(() => {
    const body = parseJsonText(text);
    const columns = isJsonObject(body) ? columnsOf(body, outputs) : undefined;
    if (columns === undefined)
      throw new MalformedAnswer('The answer holds neither "predictions" nor "outputs".');
    return new Map(
      outputs.map((output) => [output.name, readJsonTensor(columns.get(output.name), output)] as const),
    );
  });
}

function columnsOf(
  body: Readonly<Record<string, unknown>>,
  outputs: readonly TensorSpecification[],
): ReadonlyMap<string, unknown> | undefined {
  if (Object.hasOwn(body, 'predictions')) return columnsOfPredictions(body['predictions'], outputs);
  return Object.hasOwn(body, 'outputs') ? byName(body['outputs'], outputs) : undefined;
}

function columnsOfPredictions(
  predictions: unknown,
  outputs: readonly TensorSpecification[],
): ReadonlyMap<string, unknown> {
  if (!Array.isArray(predictions)) throw new MalformedAnswer('"predictions" is not a list.');
  const rows: readonly unknown[] = predictions;
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1 && !isNamed(rows[0])) return new Map([[only.name, rows]]);
  const named = rows.map((row) => byName(row, outputs));
  return new Map(outputs.map(({ name }) => [name, named.map((row) => row.get(name))]));
}

function byName(value: unknown, outputs: readonly TensorSpecification[]): ReadonlyMap<string, unknown> {
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1 && !isNamed(value)) return new Map([[only.name, value]]);
  if (!isJsonObject(value)) throw new MalformedAnswer('The outputs are not named.');
  const missing = outputs.find(({ name }) => !Object.hasOwn(value, name));
  if (missing === undefined) return new Map(Object.entries(value));
  throw new MalformedAnswer(`The answer lacks the output ${JSON.stringify(missing.name)}.`);
}

const isNamed = (value: unknown): boolean => isJsonObject(value) && !isBytesObject(value);
