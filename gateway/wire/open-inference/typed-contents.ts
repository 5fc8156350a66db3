/** Elements of a tensor in the typed fields of its message. */
import type { NumericDatatype, NumericElements } from '../../domain/tensor.ts';
import { areBig, areElementsOf, zeroElements } from '../numeric-elements.ts';
import type { Integer64 } from '../integer64.ts';
import { datatypeName } from './datatypes.ts';
import { invalid, titleOf } from './infer-request.ts';
import type { InferTensorContentsMessage } from './messages.ts';

type Contents = InferTensorContentsMessage;

/**
 * Counts are compared before memory is taken.
 *
 * @throws ServingError `invalid-input`
 */
export function readTypedNumbers(
  contents: Contents,
  {
    datatype,
    count,
    name,
  }: { readonly datatype: NumericDatatype; readonly count: number; readonly name: string },
): NumericElements {
  const values = valuesOf(contents, datatype, name);
  if (values.length !== count) {
    throw invalid(
      `${titleOf(name)} needs ${count} elements by its shape; its contents of ${datatypeName(datatype)} hold ${values.length}.`,
    );
  }
  if (areElementsOf(values, datatype)) return values;
  const elements = zeroElements(datatype, count);
  if (areBig(elements)) {
    for (let index = 0; index < count; index += 1) elements[index] = BigInt(values[index] ?? 0);
    return elements;
  }
  const isExact = datatype !== 'float32' && datatype !== 'float64';
  for (let index = 0; index < count; index += 1) {
    const value = Number(values[index]);
    elements[index] = value;
    if (isExact && elements[index] !== value) {
      throw invalid(
        `Element ${index} of ${titleOf(name)}, counted from 0, is no value of ${datatypeName(datatype)}.`,
      );
    }
  }
  return elements;
}

function valuesOf(
  contents: Contents,
  datatype: NumericDatatype,
  name: string,
): readonly (Integer64 | boolean)[] | NumericElements {
  switch (datatype) {
    case 'bool':
      return contents.bool_contents ?? [];
    case 'int8':
    case 'int16':
    case 'int32':
      return contents.int_contents ?? [];
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return contents.uint_contents ?? [];
    case 'int64':
      return contents.int64_contents ?? [];
    case 'uint64':
      return contents.uint64_contents ?? [];
    case 'float32':
      return contents.fp32_contents ?? [];
    case 'float64':
      return contents.fp64_contents ?? [];
    case 'float16':
    case 'bfloat16':
      throw invalid(
        `${titleOf(name)} is ${datatypeName(datatype)}, which messages have no field for; use raw_input_contents.`,
      );
  }
}
