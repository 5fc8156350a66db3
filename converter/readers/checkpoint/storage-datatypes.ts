/** The element types of stored tensors: how wide they are and as what they are handed on. */
import type { NumericDatatype, NumericElements } from '../../../gateway/domain/tensor.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './half-precision.ts';

export type StoredDatatype =
  'bool' | 'uint8' | 'int8' | 'int16' | 'int32' | 'int64' | 'bfloat16' | 'float16' | 'float32' | 'float64';

interface StoredForm {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly datatype: NumericDatatype;
  /** Bytes of an element after the conversion. */
  readonly bytesHeld: number;
  /** Over little-endian bytes, copying only where the datatype changes. */
  readonly elements: (buffer: ArrayBuffer) => NumericElements;
}

type Elements = StoredForm['elements'];

const same = (datatype: NumericDatatype, bytes: StoredForm['bytes'], elements: Elements): StoredForm => ({
  datatype,
  bytes,
  bytesHeld: bytes,
  elements,
});

const toFloat32 = (bytes: StoredForm['bytes'], elements: Elements): StoredForm => ({
  datatype: 'float32',
  bytes,
  bytesHeld: 4,
  elements,
});

const forms: Readonly<Record<StoredDatatype, StoredForm>> = {
  bool: same('bool', 1, (buffer) => new Uint8Array(buffer)),
  uint8: same('uint8', 1, (buffer) => new Uint8Array(buffer)),
  int8: same('int8', 1, (buffer) => new Int8Array(buffer)),
  int16: same('int16', 2, (buffer) => new Int16Array(buffer)),
  int32: same('int32', 4, (buffer) => new Int32Array(buffer)),
  int64: same('int64', 8, (buffer) => new BigInt64Array(buffer)),
  float32: same('float32', 4, (buffer) => new Float32Array(buffer)),
  bfloat16: toFloat32(2, (buffer) => bfloat16ToFloat32(new Uint16Array(buffer))),
  float16: toFloat32(2, (buffer) => float16ToFloat32(new Uint16Array(buffer))),
  float64: toFloat32(8, (buffer) => new Float32Array(new Float64Array(buffer))),
};

/** Every float becomes `float32` (a `float64` is rounded); integers and truth values stay what they are. */
export function storedForm(stored: StoredDatatype): StoredForm {
  return forms[stored];
}
