/** The `data` of an input in a JSON body: one flat list or nested ones, numbers or texts. */
import type { NumericDatatype, NumericElements, NumericTensor, Shape } from '../../domain/tensor.ts';
import { areBig, isFloating, zeroElements } from '../numeric-elements.ts';
import { isEncodedText, type EncodedText } from '../json/encoded-text.ts';
import { isNumberText, readFloatLists, UnreadNumbers, type NumberText } from '../json/number-text.ts';
import { isRounded, RoundedInteger } from '../json/exact-integers.ts';
import { fillElements } from '../json/json-elements.ts';
import { readRows } from '../json/json-rows.ts';
import { countElements, invalid, titleOf, type TextTensor } from './infer-request.ts';
import { datatypeName } from './datatypes.ts';

type Rows = readonly (readonly unknown[])[];

/** @throws ServingError `invalid-input`; RoundedInteger; UnreadNumbers */
export function readJsonNumbers(
  data: unknown,
  {
    name,
    datatype,
    shape,
  }: { readonly name: string; readonly datatype: NumericDatatype; readonly shape: Shape },
): NumericTensor {
  const count = countElements(shape, name);
  if (isNumberText(data)) return { datatype, shape, elements: readText(data, datatype, count) };
  // A single number may stand for itself.
  const rows = typeof data === 'number' || typeof data === 'boolean' ? [[data]] : rowsOf(data, name);
  const given = rows.reduce((sum, row) => sum + row.length, 0);
  if (given !== count) {
    throw invalid(
      `${titleOf(name)} has the shape [${shape.join(', ')}], which is ${count} elements; its "data" holds ${given}.`,
    );
  }
  return { datatype, shape, elements: filled(rows, { name, datatype, count }) };
}

function readText(data: NumberText, datatype: NumericDatatype, count: number): NumericElements {
  if (datatype !== 'float32') throw new UnreadNumbers();
  return readFloatLists([data], count);
}

function filled(
  rows: Rows,
  {
    name,
    datatype,
    count,
  }: { readonly name: string; readonly datatype: NumericDatatype; readonly count: number },
): NumericElements {
  const elements = zeroElements(datatype, count);
  const fault = fillElements(elements, rows, datatype);
  if (fault === undefined) return elements;
  if (isFloating(datatype) && rows.some((row) => row.includes(null))) {
    return filled(rows.map(asNumbers), { name, datatype, count });
  }
  const refusal = `Element ${fault} of ${titleOf(name)}, counted from 0, is no value of ${datatypeName(datatype)}.`;
  if (areBig(elements) && isRounded(rows.flat(1)[fault])) throw new RoundedInteger('invalid-input', refusal);
  throw invalid(refusal);
}

/** JSON has no NaN: those who send one write null. */
const asNumbers = (row: readonly unknown[]): readonly unknown[] =>
  row.map((value) => (value === null ? NaN : value));

/**
 * The shape is not compared with the number of texts: clients of MLServer send [0].
 *
 * @throws ServingError `invalid-input`; UnreadNumbers
 */
export function readJsonTexts(
  data: unknown,
  { name, shape }: { readonly name: string; readonly shape: Shape },
): TextTensor {
  countElements(shape, name);
  if (isNumberText(data)) throw new UnreadNumbers();
  if (isText(data)) return { datatype: 'string', shape, texts: [data], isBare: true };
  const texts = rowsOf(data, name).flat(1);
  if (texts.every(isText)) {
    return { datatype: 'string', shape, texts, isBare: false };
  }
  throw invalid(`The "data" of ${titleOf(name)} must be texts, as its datatype is BYTES.`);
}

const isText = (value: unknown): value is string | EncodedText =>
  typeof value === 'string' || isEncodedText(value);

function rowsOf(data: unknown, name: string): Rows {
  if (Array.isArray(data)) return readRows(data, name).rows;
  throw invalid(`The "data" of ${titleOf(name)} must be a list of its elements.`);
}
