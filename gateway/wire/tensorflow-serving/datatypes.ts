/** The datatypes of this house under TensorFlow's names and numbers. */
import type { Datatype } from '../../domain/tensor.ts';

const table: Readonly<Record<Datatype, readonly [name: string, number: number]>> = {
  float32: ['DT_FLOAT', 1],
  float64: ['DT_DOUBLE', 2],
  int32: ['DT_INT32', 3],
  uint8: ['DT_UINT8', 4],
  int16: ['DT_INT16', 5],
  int8: ['DT_INT8', 6],
  string: ['DT_STRING', 7],
  int64: ['DT_INT64', 9],
  bool: ['DT_BOOL', 10],
  bfloat16: ['DT_BFLOAT16', 14],
  uint16: ['DT_UINT16', 17],
  float16: ['DT_HALF', 19],
  uint32: ['DT_UINT32', 22],
  uint64: ['DT_UINT64', 23],
};

const isDatatype = (key: string): key is Datatype => Object.hasOwn(table, key);
const datatypes = Object.keys(table).filter(isDatatype);
const byName = new Map(datatypes.map((datatype) => [table[datatype][0], datatype]));
const byNumber = new Map(datatypes.map((datatype) => [table[datatype][1], datatype]));

/** Such as `DT_FLOAT`. */
export const datatypeName = (datatype: Datatype): string => table[datatype][0];

export const datatypeNumber = (datatype: Datatype): number => table[datatype][1];

/** `undefined` for a datatype that no engine here has. */
export const datatypeNamed = (name: string): Datatype | undefined => byName.get(name);

/** `undefined` for a datatype that no engine here has. */
export const datatypeNumbered = (number: number): Datatype | undefined => byNumber.get(number);
