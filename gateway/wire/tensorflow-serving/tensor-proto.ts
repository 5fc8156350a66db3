/** Reads tensors from `TensorProto` messages. */
import { ServingError } from '../../domain/errors.ts';
import type { Shape, Tensor, TensorHead } from '../../domain/tensor.ts';
import { datatypeNumbered } from './datatypes.ts';
import type { TensorProtoMessage, TensorShapeMessage } from './messages.ts';
import { readInteger64 } from '../integer64.ts';
import { contentElements, contentStrings } from './tensor-content.ts';
import { repeatedBytes, repeatedStrings, valueElements } from './tensor-values.ts';

/** As many axes as TensorFlow allows. */
const mostAxes = 254;

/**
 * Throws unless a tensor is wanted, before its elements are read: a few bytes can stand for many.
 *
 * @param repeatedBytes what the elements that were not sent will take
 */
export type TensorCheck = (head: TensorHead, repeatedBytes: number) => void;

/**
 * Sizes are checked before memory is asked for. Strings are views into the message.
 *
 * @throws ServingError `invalid-input`, and what `check` throws; of an answer, read it inside `readingAnswer`
 */
export function fromTensorProto(message: TensorProtoMessage, check?: TensorCheck): Tensor {
  const datatype = datatypeNumbered(message.dtype ?? 0);
  if (datatype === undefined) {
    throw invalid(
      `A tensor has the datatype with the number ${message.dtype ?? 0}, which is not supported here.`,
    );
  }
  const shape = readShape(message.tensor_shape);
  const count = countOf(shape);
  check?.({ datatype, shape }, repeatedBytes(datatype, message, count));
  const content = message.tensor_content ?? new Uint8Array();
  if (datatype === 'string') {
    const elements =
      content.byteLength > 0
        ? contentStrings(content, count)
        : repeatedStrings(message.string_val ?? [], count);
    return { datatype, shape, elements };
  }
  const elements =
    content.byteLength > 0
      ? contentElements(datatype, content, count)
      : valueElements(datatype, message, count);
  return { datatype, shape, elements };
}

/** No shape at all is a scalar. */
function readShape(message: TensorShapeMessage | null | undefined): Shape {
  if (message?.unknown_rank === true)
    throw invalid('The shape of a tensor must be given; its rank is unknown.');
  const axes = message?.dim ?? [];
  if (axes.length > mostAxes) throw invalid(`A tensor has more than ${mostAxes} axes.`);
  return axes.map(({ size }) => {
    const number = readInteger64(size ?? '0');
    if (number === undefined || number < 0) {
      throw invalid(`A tensor has an axis of size ${String(size)}; sizes must be 0 or more, and not huge.`);
    }
    return number;
  });
}

function countOf(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  // A product of floats that is not exact is far too large, and with a zero in it, it is zero or NaN.
  if (Number.isSafeInteger(count)) return count;
  throw invalid('The sizes of a tensor multiply to more elements than anything can hold.');
}

const invalid = (sentence: string): ServingError => new ServingError('invalid-input', sentence);
