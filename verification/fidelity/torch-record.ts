/** Reads what PyTorch answered (torch-answers.json.gz, written by record-torch-answers.py). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface RecordedFamily {
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** What the normalisations scale by, about. */
  readonly gain: number;
  /** Multiplies the weights of the last layer. */
  readonly head: number;
  /** One row for each picture; absent where only the parameters are listed. */
  readonly probabilities: readonly (readonly number[])[] | undefined;
}

export interface TorchRecord {
  /** Height and width of the hashed pictures. */
  readonly side: number;
  readonly families: ReadonlyMap<string, RecordedFamily>;
  /** EfficientNet-Lite0 with its real weights. */
  readonly lite0: {
    readonly pictures: readonly string[];
    /** Class of each picture, without a background class. */
    readonly classes: readonly number[];
    /** Answers on the hashed pictures of 224 × 224. */
    readonly probabilities: readonly (readonly number[])[];
  };
}

export function readTorchRecord(): TorchRecord {
  const packed = readFileSync(path.resolve('verification', 'fidelity', 'torch-answers.json.gz'));
  const record: unknown = JSON.parse(gunzipSync(packed).toString());
  const lite0 = field(record, 'lite0');
  return {
    side: Number(field(record, 'side')),
    families: new Map(
      Object.entries(object(field(record, 'families'))).map(([name, entry]) => [name, family(entry)]),
    ),
    lite0: {
      pictures: list(field(lite0, 'pictures')).map(String),
      classes: list(field(lite0, 'classes')).map(Number),
      probabilities: rows(field(lite0, 'probabilities')),
    },
  };
}

function family(entry: unknown): RecordedFamily {
  const probabilities = object(entry)['probabilities'];
  return {
    parameters: list(field(entry, 'parameters')).map((parameter) => {
      const [name, shape] = list(parameter);
      return { name: String(name), shape: list(shape).map(Number) };
    }),
    gain: Number(field(entry, 'gain')),
    head: Number(field(entry, 'head')),
    probabilities: probabilities === undefined ? undefined : rows(probabilities),
  };
}

function rows(value: unknown): readonly (readonly number[])[] {
  return list(value).map((row) => list(row).map(Number));
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('the record holds no object there');
  return Object.fromEntries(Object.entries(value));
}

function field(value: unknown, name: string): unknown {
  const found = object(value)[name];
  if (found === undefined) throw new Error(`the record lacks ${name}`);
  return found;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('the record holds no list there');
  return value;
}
