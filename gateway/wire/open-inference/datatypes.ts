/** The datatypes of this house under the names of the Open Inference Protocol. */
import { ServingError } from '../../domain/errors.ts';
import type { Datatype } from '../../domain/tensor.ts';

const names: Readonly<Record<Datatype, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  bfloat16: 'BF16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

const isDatatype = (key: string): key is Datatype => Object.hasOwn(names, key);
const byName = new Map(
  Object.keys(names)
    .filter(isDatatype)
    .map((datatype) => [names[datatype], datatype]),
);

export const datatypeNames: readonly string[] = [...byName.keys()];

/** Such as `FP32`. */
export const datatypeName = (datatype: Datatype): string => names[datatype];

/** As a model's configuration has it, such as `TYPE_FP32`. */
export const configuredTypeName = (datatype: Datatype): string =>
  `TYPE_${datatype === 'string' ? 'STRING' : names[datatype]}`;

/**
 * @param tensor the name of the tensor that has it, for the sentence
 * @throws ServingError `invalid-input`
 */
export function readDatatype(value: unknown, tensor: string): Datatype {
  const datatype = typeof value === 'string' ? byName.get(value) : undefined;
  if (datatype !== undefined) return datatype;
  const known = datatypeNames.join(', ');
  const fault = typeof value === 'string' ? 'has a datatype that does not exist' : 'has no datatype';
  throw new ServingError(
    'invalid-input',
    `The input ${JSON.stringify(tensor)} ${fault}; it is one of ${known}.`,
  );
}
