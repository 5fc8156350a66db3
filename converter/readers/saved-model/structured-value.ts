/** Reads `StructuredValue`, the arguments and results of a TensorFlow function, as the flat list that its calls use. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type { PartialShape, TensorFlowDatatype } from './tensorflow-graph.ts';
import { readPartialShape } from './tensor-shape.ts';

export interface StructuredTensor {
  readonly kind: 'tensor';
  /** As TensorFlow's specification calls it; may be empty. */
  readonly name: string;
  /** The innermost key of a dictionary that holds it; empty outside dictionaries. */
  readonly key: string;
  readonly datatype: TensorFlowDatatype;
  readonly shape: PartialShape;
}

/** A tensor is handed over at each call; the others were fixed when the function was written. */
export type StructuredLeaf =
  | StructuredTensor
  | { readonly kind: 'flag'; readonly value: boolean }
  /** A ragged tensor, a data set: several tensors behind one value. */
  | { readonly kind: 'composite' }
  | { readonly kind: 'fixed' };

/** Far deeper than anybody nests arguments. */
const deepest = 64;

/** The leaves in the order in which TensorFlow hands them over: dictionaries by key, everything else as written. */
export function readStructure(field: ProtobufField, key = '', depth = 0): readonly StructuredLeaf[] {
  if (depth > deepest) throw new MalformedBytes('The arguments of a function are nested without end.');
  const leaves: StructuredLeaf[] = [];
  for (const part of field.fields()) leaves.push(...readAlternative(part, key, depth));
  return leaves;
}

function readAlternative(part: ProtobufField, key: string, depth: number): readonly StructuredLeaf[] {
  switch (part.number) {
    case 14:
      return [{ kind: 'flag', value: part.boolean() }];
    case 33:
    case 35:
      return [readSpecification(part, key)];
    case 34:
      return [{ kind: 'composite' }];
    case 51:
    case 52:
      return [...part.fields()]
        .filter(({ number }) => number === 1)
        .flatMap((value) => readStructure(value, key, depth + 1));
    case 53:
      return readPairs(part, 1, depth).sort(byKey).flatMap(leavesOf);
    case 54:
      return readPairs(part, 2, depth).flatMap(leavesOf);
    default:
      return [{ kind: 'fixed' }];
  }
}

type Pair = readonly [key: string, leaves: readonly StructuredLeaf[]];

const byKey = ([one]: Pair, [another]: Pair): number => (one < another ? -1 : 1);
const leavesOf = ([, leaves]: Pair): readonly StructuredLeaf[] => leaves;

/** Keys and values of a dictionary or a named tuple, which number them alike. */
function readPairs(message: ProtobufField, field: number, depth: number): Pair[] {
  return [...message.fields()]
    .filter(({ number }) => number === field)
    .map((pair) => {
      let key = '';
      let value: ProtobufField | undefined;
      for (const part of pair.fields()) {
        if (part.number === 1) key = part.string();
        else if (part.number === 2) value = part;
      }
      return [key, value === undefined ? [] : readStructure(value, key, depth + 1)];
    });
}

/** `TensorSpecProto`, and `BoundedTensorSpecProto`, which begins with the same fields. */
function readSpecification(field: ProtobufField, key: string): StructuredTensor {
  let name = '';
  let shape: PartialShape = [];
  let datatype = tensorFlowDatatype(0);
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    else if (part.number === 2) shape = readPartialShape(part);
    else if (part.number === 3) datatype = tensorFlowDatatype(part.integer());
  }
  return { kind: 'tensor', name, key, datatype, shape };
}
