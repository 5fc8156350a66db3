/** TensorFlow's numbers for datatypes (`DataType` in its types.proto), and ours for them. */
import type { Datatype } from '../../../gateway/domain/tensor.ts';
import type { TensorFlowDatatype } from './tensorflow-graph.ts';

const datatypes: ReadonlyMap<number, TensorFlowDatatype> = new Map<number, TensorFlowDatatype>([
  [1, 'float32'],
  [2, 'float64'],
  [3, 'int32'],
  [4, 'uint8'],
  [5, 'int16'],
  [6, 'int8'],
  [7, 'string'],
  [9, 'int64'],
  [10, 'bool'],
  [17, 'uint16'],
  [19, 'float16'],
  [20, 'resource'],
  [21, 'variant'],
  [22, 'uint32'],
  [23, 'uint64'],
]);

/** References (`DT_FLOAT_REF` and friends) are numbered 100 above what they refer to. */
const referenceOffset = 100;

export function tensorFlowDatatype(code: number): TensorFlowDatatype {
  const plain = code > referenceOffset ? code - referenceOffset : code;
  return datatypes.get(plain) ?? `unsupported-${plain}`;
}

/** Whether a tensor of this datatype can be held, not only routed. */
export function isHeld(datatype: TensorFlowDatatype): datatype is Datatype {
  return datatype !== 'resource' && datatype !== 'variant' && !datatype.startsWith('unsupported-');
}
