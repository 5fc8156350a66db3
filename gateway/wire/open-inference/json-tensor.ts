/** The `data` of an input in a JSON body: one flat list or nested ones, numbers or texts. */
import type { NumericDatatype, NumericElements, NumericTensor, Shape } from '../../domain/tensor.ts';
import { zeroElements } from '../numeric-elements.ts';
import { fillElements } from '../json/json-elements.ts';
import { readRows } from '../json/json-rows.ts';
import { countElements, invalid, titleOf, type TextTensor } from './infer-request.ts';
import { datatypeName } from './datatypes.ts';

type Rows = readonly (readonly unknown[])[];

/** @throws ServingError `invalid-input` */
export function readJsonNumbers(
  data: unknown,
  {
    name,
    datatype,
    shape,
  }: { readonly name: string; readonly datatype: NumericDatatype; readonly shape: Shape },
): NumericTensor {
  const count = countElements(shape, name);
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
  if (datatype.startsWith('float') && hasNull(rows)) {
    return filled(rows.map(nullsAsNaN), { name, datatype, count });
  }
  throw invalid(
    `Element ${fault} of ${titleOf(name)}, counted from 0, is no value of ${datatypeName(datatype)}.`,
  );
}

/** JSON has no NaN: those who send one write null. */
const nullsAsNaN = (row: readonly unknown[]): readonly unknown[] =>
  row.map((value) => (value === null ? NaN : value));

const hasNull = (rows: Rows): boolean => rows.some((row) => row.includes(null));

/**
 * The shape is not compared with the number of texts: clients of MLServer send [0].
 *
 * @throws ServingError `invalid-input`
 */
export function readJsonTexts(
  data: unknown,
  { name, shape }: { readonly name: string; readonly shape: Shape },
): TextTensor {
  countElements(shape, name);
  if (typeof data === 'string') return { datatype: 'string', shape, texts: [data], isBare: true };
  const texts = rowsOf(data, name).flat(1);
  if (texts.every((text) => typeof text === 'string')) {
    return { datatype: 'string', shape, texts, isBare: false };
  }
  throw invalid(`The "data" of ${titleOf(name)} must be texts, as its datatype is BYTES.`);
}

function rowsOf(data: unknown, name: string): Rows {
  if (Array.isArray(data)) return readRows(data, name).rows;
  throw invalid(`The "data" of ${titleOf(name)} must be a list of its elements.`);
}
