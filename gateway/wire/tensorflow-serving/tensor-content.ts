/** The elements of a tensor out of `tensor_content`. */
import { ServingError } from '../../domain/errors.ts';
import type { NumericDatatype, NumericElements } from '../../domain/tensor.ts';
import { bytesPerElement, zeroElements } from '../numeric-elements.ts';

/**
 * A copy, since a typed array needs an aligned place.
 *
 * @throws ServingError `invalid-input`
 */
export function contentElements(
  datatype: NumericDatatype,
  content: Uint8Array,
  count: number,
): NumericElements {
  const expected = count * bytesPerElement(datatype);
  if (content.byteLength !== expected) {
    throw invalid(
      `The shape of a ${datatype} tensor needs ${expected} bytes; its tensor_content has ${content.byteLength}.`,
    );
  }
  const elements = zeroElements(datatype, count);
  new Uint8Array(elements.buffer).set(content);
  if (datatype === 'bool') {
    // Whoever wrote another byte than 1 for true meant true.
    elements.forEach((value, index) => {
      if (value !== 0) elements[index] = 1;
    });
  }
  return elements;
}

/**
 * All lengths as varints, then all bytes.
 *
 * @throws ServingError `invalid-input`
 */
export function contentStrings(content: Uint8Array, count: number): readonly Uint8Array[] {
  // A length takes a byte at least, so that a lie about their number costs nothing.
  if (count > content.byteLength) throw unfit();
  const lengths: number[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    let length = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = content[at] ?? -1;
      if (byte < 0 || scale > 2 ** 35) throw unfit();
      at += 1;
      length += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    lengths.push(length);
  }
  const strings = lengths.map((length) => {
    const string = content.subarray(at, at + length);
    at += length;
    return string;
  });
  if (at !== content.byteLength) throw unfit();
  return strings;
}

const unfit = (): ServingError =>
  invalid(
    'The lengths of the strings in a tensor_content do not fit its bytes, or their number not its shape.',
  );

const invalid = (sentence: string): ServingError => new ServingError('invalid-input', sentence);
