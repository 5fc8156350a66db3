/** Reads one tensor that an ONNX file holds: an initialiser, or the value of a constant (onnx.proto, TensorProto). */
import {
  elementCount,
  type NumericDatatype,
  type NumericElements,
  type NumericTensor,
  type Shape,
} from '../../../gateway/domain/tensor.ts';
import { allocate, setElement } from '../../onnx/constants.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { bytesPerElement, elementsOver } from '../saved-model/typed-elements.ts';
import { onnxDatatype } from './onnx-datatype.ts';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: NumericTensor;
}

interface StoredTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly datatype: NumericDatatype;
  readonly raw: Uint8Array | undefined;
  /** Numbers kept one by one; which field holds them depends on the datatype. */
  readonly numbers: readonly (number | bigint)[];
}

/** DataLocation.EXTERNAL. */
const elsewhere = 1;

/** @throws UnsupportedModel for weights in other files and kinds that cannot be held; MalformedBytes for damage. */
export function readTensor(message: ProtobufField): NamedTensor {
  const stored = readFields(message);
  return {
    name: stored.name,
    tensor: { datatype: stored.datatype, shape: stored.shape, elements: elementsOf(stored) },
  };
}

function readFields(message: ProtobufField): StoredTensor {
  const shape: number[] = [];
  const numbers: (number | bigint)[] = [];
  let [name, code] = ['', 0];
  let raw: Uint8Array | undefined;
  for (const field of message.fields()) {
    if (field.number === 1) shape.push(...field.integers());
    else if (field.number === 2) code = field.integer();
    else if (field.number === 4) append(numbers, field.floats());
    else if (field.number === 5 || field.number === 7 || field.number === 11)
      append(numbers, field.varints());
    else if (field.number === 10) append(numbers, field.doubles());
    else if (field.number === 8) name = field.string();
    else if (field.number === 9) raw = field.bytes();
    else if (field.number === 14 && field.integer() === elsewhere) throw externalWeights(name);
  }
  const datatype = onnxDatatype(code);
  if (datatype === undefined || datatype === 'string') {
    throw new UnsupportedModel(
      `The tensor ${name} is of the ONNX datatype ${code}, which cannot be read here; export the model with 32-bit floats.`,
    );
  }
  return { name, shape, datatype, raw, numbers };
}

/** Spreading millions of numbers into one call would overflow the stack. */
function append(list: (number | bigint)[], more: readonly (number | bigint)[]): void {
  for (const value of more) list.push(value);
}

function externalWeights(name: string): UnsupportedModel {
  const which = name === '' ? 'A tensor' : `The tensor ${name}`;
  return new UnsupportedModel(
    `${which} keeps its values in another file; save the model again as one file, without external data.`,
  );
}

function elementsOf({ name, shape, datatype, raw, numbers }: StoredTensor): NumericElements {
  const count = elementCount(shape);
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(count)) {
    throw new MalformedBytes(`The tensor ${name} has the impossible shape [${shape.join(', ')}].`);
  }
  const size = bytesPerElement(datatype);
  const found = raw === undefined ? numbers.length : raw.length / size;
  if (found !== count) {
    throw new MalformedBytes(`The tensor ${name} holds ${found} values where its shape says ${count}.`);
  }
  // A copy at the start of its own buffer: the bytes in the file lie wherever the fields before them end.
  if (raw !== undefined) return elementsOver(datatype, new Uint8Array(raw).buffer);
  const elements = allocate(datatype, count);
  for (const [index, value] of numbers.entries()) {
    const isBig = elements instanceof BigInt64Array || elements instanceof BigUint64Array;
    if (isBig && typeof value === 'bigint') elements[index] = value;
    else setElement(elements, index, Number(value));
  }
  return elements;
}
