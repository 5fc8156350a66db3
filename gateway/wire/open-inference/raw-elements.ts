/** Elements of a tensor as raw bytes, little-endian, each byte string behind its length: over REST and gRPC alike. */
import type { NumericDatatype, NumericElements, Tensor } from '../../domain/tensor.ts';
import { bytesPerElement, zeroElements } from '../numeric-elements.ts';
import { invalid, titleOf } from './infer-request.ts';

const lengthBytes = 4;
/** An empty string takes 4 bytes there and fifty times as much here; nobody's model needs that many. */
const mostStrings = 100_000;

/**
 * A copy, since a typed array needs an aligned place. What is asked for is compared with what is there before any memory
 * is taken.
 *
 * @throws ServingError `invalid-input`
 */
export function readRawNumbers(
  bytes: Uint8Array,
  {
    datatype,
    count,
    name,
  }: { readonly datatype: NumericDatatype; readonly count: number; readonly name: string },
): NumericElements {
  const expected = count * bytesPerElement(datatype);
  if (bytes.byteLength !== expected) {
    throw invalid(
      `${titleOf(name)} needs ${expected} bytes by its shape and datatype; ${bytes.byteLength} came.`,
    );
  }
  const elements = zeroElements(datatype, count);
  new Uint8Array(elements.buffer).set(bytes);
  if (datatype === 'bool') {
    // Whoever wrote another byte than 1 for true meant true.
    elements.forEach((value, index) => {
      if (value !== 0) elements[index] = 1;
    });
  }
  return elements;
}

/**
 * Views, not copies.
 *
 * @throws ServingError `invalid-input` when a length reaches beyond the end
 */
export function readRawStrings(bytes: Uint8Array, name: string): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const rest = bytes.byteLength - at - lengthBytes;
    const length = rest < 0 ? Infinity : view.getUint32(at, true);
    if (length > rest) {
      throw invalid(
        `Element ${strings.length} of ${titleOf(name)} reaches beyond the end of its bytes; each one is its length as 4 bytes, little-endian, then itself.`,
      );
    }
    if (strings.length === mostStrings)
      throw invalid(`${titleOf(name)} has more than ${mostStrings} elements.`);
    at += lengthBytes + length;
    strings.push(bytes.subarray(at - length, at));
  }
  return strings;
}

/** Numbers are a view of the tensor's memory: every processor that Node.js runs on here has the byte order of the format. */
export function writeRawElements(tensor: Tensor): Buffer {
  if (tensor.datatype !== 'string') {
    const { buffer, byteOffset, byteLength } = tensor.elements;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
  const parts = tensor.elements.flatMap((element) => {
    const length = Buffer.allocUnsafe(lengthBytes);
    length.writeUInt32LE(element.byteLength);
    return [length, element];
  });
  return Buffer.concat(parts);
}
