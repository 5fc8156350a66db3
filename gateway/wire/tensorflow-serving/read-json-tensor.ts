/** Reads a tensor from nested JSON lists, by the datatype it must have. */
import type { OutputSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Shape, Tensor } from '../../domain/tensor.ts';
import { elementCount } from '../../domain/tensor.ts';
import { decodeBase64Text } from '../base64.ts';
import { areBig, zeroElements } from '../numeric-elements.ts';
import { isRounded, RoundedInteger } from '../json/exact-integers.ts';
import { fillElements } from '../json/json-elements.ts';
import { readRows, type Rows } from '../json/json-rows.ts';
import {
  lengthOf,
  type NumberText,
  parsedNumbers,
  readFloatLists,
  UnreadNumbers,
} from '../json/number-text.ts';

/** By the texts that stand in their places. */
export type CutLists = ReadonlyMap<string, NumberText>;

/** Whether a value is `{"b64": …}`, which stands for bytes. */
export function isBytesObject(value: unknown): value is { readonly b64: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, 'b64') && Object.keys(value).length === 1;
}

/**
 * The shape is that of the lists. Their lengths are compared before memory is asked for, so what is taken is in
 * proportion to what was sent.
 *
 * @param lists that were taken out of the JSON
 * @throws ServingError `invalid-input`; RoundedInteger, see `readingExactly`; UnreadNumbers
 */
export function readJsonTensor(value: unknown, specification: OutputSpecification, lists?: CutLists): Tensor {
  const rowsInJson = readRows(value, specification.name);
  const cut = lists === undefined ? [] : cutAmong(rowsInJson.rows, lists);
  const [first] = cut;
  if (first === undefined) return tensorOf(rowsInJson, specification);
  const { shape } = rowsInJson;
  if (cut.length !== elementCount(shape)) throw new UnreadNumbers();
  const { datatype } = specification;
  if (datatype === 'float32') {
    // Counting takes as long as reading.
    const length = specification.shape?.at(-1) ?? lengthOf(first);
    return { datatype, shape: [...shape, length], elements: readFloatLists(cut, length) };
  }
  const rows = cut.map(parsedNumbers);
  const length = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== length)) throw new UnreadNumbers();
  return tensorOf({ shape: [...shape, length], rows }, specification);
}

function tensorOf(
  { shape, rows }: { readonly shape: Shape; readonly rows: Rows },
  { name, datatype }: OutputSpecification,
): Tensor {
  if (datatype === 'string') return { datatype, shape, elements: readStrings(rows, name) };
  const elements = zeroElements(datatype, elementCount(shape));
  const fault = fillElements(elements, rows, datatype);
  if (fault === undefined) return { datatype, shape, elements };
  const sentence = `"${name}" is a tensor of ${datatype}; its element ${fault}, counted from 0, is no value of that type.`;
  if (areBig(elements) && isRounded(elementAt(rows, fault)))
    throw new RoundedInteger('invalid-input', sentence);
  throw new ServingError('invalid-input', sentence);
}

/** Not by `flatMap`, which sets every element by a slow call: 5 µs of a picture. */
function cutAmong(rows: Rows, lists: CutLists): readonly NumberText[] {
  const cut: NumberText[] = [];
  for (const row of rows) {
    for (const value of row) {
      const list = typeof value === 'string' ? lists.get(value) : undefined;
      if (list !== undefined) cut.push(list);
    }
  }
  return cut;
}

function elementAt(rows: Rows, index: number): unknown {
  const width = rows[0]?.length ?? 1;
  return rows[Math.floor(index / width)]?.[index % width];
}

function readStrings(rows: Rows, name: string): readonly Uint8Array[] {
  const strings: Uint8Array[] = [];
  for (const row of rows) {
    for (const value of row) strings.push(readBytes(value, name));
  }
  return strings;
}

/** A text as its UTF-8 bytes, or `{"b64": …}` as what it encodes. */
export function readBytes(value: unknown, name: string): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (!isBytesObject(value)) {
    throw new ServingError('invalid-input', `"${name}" takes texts, or bytes as {"b64": "<base64>"}.`);
  }
  const bytes = typeof value.b64 === 'string' ? decodeBase64Text(value.b64) : undefined;
  if (bytes !== undefined) return bytes;
  throw new ServingError('invalid-input', `The value of "b64" in "${name}" is not valid base64.`);
}
