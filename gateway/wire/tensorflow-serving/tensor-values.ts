/** The elements of a tensor in the typed fields of its message, where the last value stands for all that are missing. */
import { ServingError } from '../../domain/errors.ts';
import type { Datatype, NumericDatatype, NumericElements } from '../../domain/tensor.ts';
import { areBig, areElementsOf, bytesPerElement, zeroElements } from '../numeric-elements.ts';
import type { Integer64 } from '../integer64.ts';
import type { TensorProtoMessage } from './messages.ts';

/** A few bytes can ask for any number of repetitions: no more than a usual message could hold if all were sent. */
const mostRepeatedElements = 2 ** 22;

/** Of those that are not all sent: each takes much more memory than its byte in a message. */
const mostStrings = 100_000;

/**
 * What the elements take that were not sent; the last string counts each time that it stands for one.
 *
 * @throws ServingError `invalid-input` for more or far fewer values than elements
 */
export function repeatedBytes(datatype: Datatype, message: TensorProtoMessage, count: number): number {
  if ((message.tensor_content?.byteLength ?? 0) > 0) return 0;
  const values = datatype === 'string' ? (message.string_val ?? []) : valuesOf(datatype, message);
  refuseCounts(values.length, count);
  const last = values.at(-1);
  const size =
    datatype === 'string' ? (last instanceof Uint8Array ? last.byteLength : 0) : bytesPerElement(datatype);
  return (count - values.length) * size;
}

/** @throws ServingError `invalid-input` */
export function valueElements(
  datatype: NumericDatatype,
  message: TensorProtoMessage,
  count: number,
): NumericElements {
  const values = valuesOf(datatype, message);
  refuseCounts(values.length, count);
  if (values.length === count && areElementsOf(values, datatype)) return values;
  const elements = zeroElements(datatype, count);
  if (areBig(elements)) {
    for (let index = 0; index < values.length; index += 1) elements[index] = BigInt(values[index] ?? 0);
    if (values.length > 0) elements.fill(elements[values.length - 1] ?? 0n, values.length);
    return elements;
  }
  const isExact = datatype !== 'float32' && datatype !== 'float64';
  for (let index = 0; index < values.length; index += 1) {
    const value = Number(values[index]);
    elements[index] = value;
    if (isExact && elements[index] !== value) {
      throw invalid(`A ${datatype} tensor has a value out of its range: element ${index}, counted from 0.`);
    }
  }
  if (values.length > 0) elements.fill(elements[values.length - 1] ?? 0, values.length);
  return elements;
}

/** @throws ServingError `invalid-input` */
export function repeatedStrings(values: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  refuseCounts(values.length, count);
  if (values.length === count) return values;
  if (count > mostStrings) {
    throw invalid(
      `A tensor has ${values.length} strings for a shape of ${count} elements, and the last is repeated in tensors of up to ${mostStrings} only; send them all, or a smaller tensor.`,
    );
  }
  const last = values.at(-1) ?? new Uint8Array();
  const strings = new Array<Uint8Array>(count).fill(last);
  values.forEach((value, index) => (strings[index] = value));
  return strings;
}

type Values = readonly (Integer64 | boolean)[] | NumericElements;

function valuesOf(datatype: NumericDatatype, message: TensorProtoMessage): Values {
  switch (datatype) {
    case 'float32':
      return message.float_val ?? [];
    case 'float64':
      return message.double_val ?? [];
    case 'float16':
    case 'bfloat16':
      return message.half_val ?? [];
    case 'int64':
      return message.int64_val ?? [];
    case 'uint64':
      return message.uint64_val ?? [];
    case 'uint32':
      return message.uint32_val ?? [];
    case 'bool':
      return message.bool_val ?? [];
    case 'int32':
    case 'int16':
    case 'uint16':
    case 'int8':
    case 'uint8':
      return message.int_val ?? [];
  }
}

function refuseCounts(given: number, count: number): void {
  if (given > count) throw invalid(`A tensor has ${given} values; its shape has room for ${count}.`);
  if (count > given && count > mostRepeatedElements) {
    throw invalid(
      `A tensor has ${given} values for a shape of ${count} elements; send them all, or a smaller tensor.`,
    );
  }
}

const invalid = (sentence: string): ServingError => new ServingError('invalid-input', sentence);
