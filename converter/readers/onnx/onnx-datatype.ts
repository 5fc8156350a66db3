/** The datatype that a number in an ONNX file stands for (onnx.proto, TensorProto.DataType). */
import type { Datatype } from '../../../gateway/domain/tensor.ts';
import { onnxDatatypes } from '../../onnx/infer-type.ts';

const byNumber = new Map(Object.entries(onnxDatatypes).map(([name, number]) => [number, name]));

/** Undefined for the kinds that cannot be run here: `bfloat16`, which the run time hands neither in nor out, complex numbers. */
export function onnxDatatype(code: number): Datatype | undefined {
  const name = byNumber.get(code);
  return name !== undefined && isDatatype(name) && name !== 'bfloat16' ? name : undefined;
}

function isDatatype(name: string): name is Datatype {
  return Object.hasOwn(onnxDatatypes, name);
}
