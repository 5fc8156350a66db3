/** The answer to `:predict`, written for a client and read from a backend. */
import type { OutputSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { isJsonObject } from '../json/json-object.ts';
import { cutNumberLists } from '../json/cut-lists.ts';
import { readingExactly } from '../json/exact-integers.ts';
import { parseJsonText } from '../json/json-text.ts';
import type { NumberText } from '../json/number-text.ts';
import { MalformedAnswer, readingAnswer } from './malformed-answer.ts';
import type { PredictForm } from './predict-request-json.ts';
import { type CutLists, isBytesObject, readJsonTensor } from './read-json-tensor.ts';
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
  const [[name, only] = []] = outputs;
  if (name !== undefined && only !== undefined && outputs.size === 1)
    return writeJsonTensor(only, stringForm(name));
  const columns = Array.from(outputs, ([key, tensor]) =>
    writeJsonRows(tensor, stringForm(key)).map((row) => `${JSON.stringify(key)}:${row}`),
  );
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
 * @param outputs the outputs that the signature has
 * @param wanted names of those that must be in the answer; of what else is there nothing is read, whatever it claims to be
 * @throws MalformedAnswer
 */
export function readPredictResponse(
  text: string | Buffer,
  outputs: readonly OutputSpecification[],
  wanted: readonly string[] = outputs.map(({ name }) => name),
): ReadonlyMap<string, Tensor> {
  const answerOutputs = {
    read: outputs.filter(({ name }) => wanted.includes(name)),
    only: outputs.length === 1 ? outputs[0]?.name : undefined,
  };
  return readingAnswer(
    () =>
      readWithoutLists(text, answerOutputs) ?? readingExactly(text, (body) => tensorsIn(body, answerOutputs)),
  );
}

/** Below it, cutting costs as much as it saves. */
const shortestList = 1024;

/** What is odd in any way, and faults, are read from the JSON as it came. */
function readWithoutLists(
  json: string | Buffer,
  outputs: AnswerOutputs,
): ReadonlyMap<string, Tensor> | undefined {
  if (typeof json === 'string') return undefined;
  const lists = new Map<string, NumberText>();
  const rest = cutNumberLists(json, shortestList, lists);
  if (lists.size === 0) return undefined;
  try {
    return tensorsIn(parseJsonText(rest), outputs, lists);
  } catch {
    return undefined;
  }
}

function tensorsIn(body: unknown, outputs: AnswerOutputs, lists?: CutLists): ReadonlyMap<string, Tensor> {
  const columns = isJsonObject(body) ? columnsOf(body, outputs) : undefined;
  if (columns === undefined)
    throw new MalformedAnswer('The answer holds neither "predictions" nor "outputs".');
  return new Map(
    outputs.read.map((output) => {
      const tensor = readJsonTensor(columns.get(output.name), output, lists);
      return [output.name, tensor] as const;
    }),
  );
}

interface AnswerOutputs {
  readonly read: readonly OutputSpecification[];
  /** The output of a signature that has no other, whose name may be left out. */
  readonly only: string | undefined;
}

function columnsOf(
  body: Readonly<Record<string, unknown>>,
  outputs: AnswerOutputs,
): ReadonlyMap<string, unknown> | undefined {
  if (Object.hasOwn(body, 'predictions')) return columnsOfPredictions(body['predictions'], outputs);
  return Object.hasOwn(body, 'outputs') ? byName(body['outputs'], outputs) : undefined;
}

function columnsOfPredictions(predictions: unknown, outputs: AnswerOutputs): ReadonlyMap<string, unknown> {
  if (!Array.isArray(predictions)) throw new MalformedAnswer('"predictions" is not a list.');
  const rows: readonly unknown[] = predictions;
  const { read, only } = outputs;
  if (only !== undefined && !isNamed(rows[0])) return new Map([[only, rows]]);
  const named = rows.map((row) => byName(row, outputs));
  return new Map(read.map(({ name }) => [name, named.map((row) => row.get(name))]));
}

function byName(value: unknown, { read, only }: AnswerOutputs): ReadonlyMap<string, unknown> {
  if (only !== undefined && !isNamed(value)) return new Map([[only, value]]);
  if (!isJsonObject(value)) throw new MalformedAnswer('The outputs are not named.');
  const missing = read.find(({ name }) => !Object.hasOwn(value, name));
  if (missing === undefined) return new Map(Object.entries(value));
  throw new MalformedAnswer(`The answer lacks the output ${JSON.stringify(missing.name)}.`);
}

const isNamed = (value: unknown): boolean => isJsonObject(value) && !isBytesObject(value);
