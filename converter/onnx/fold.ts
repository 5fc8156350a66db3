/** Computes an operator at compile time when its inputs are constants, whole or in part. */
import type { NumericDatatype, NumericTensor } from '../../gateway/domain/tensor.ts';
import { foldArithmetic } from './arithmetic.ts';
import { allocate, constantOf, numbersOf } from './constants.ts';
import { movements, type Movement, type MovementInput } from './movement.ts';
import { integerAttribute, type OnnxAttributes } from './onnx-graph.ts';
import type { PartialTensor } from './partial-tensor.ts';

export interface FoldRequest {
  readonly operator: string;
  readonly attributes: OnnxAttributes;
  /** Datatype of the result, as inferred. */
  readonly datatype: NumericDatatype;
}

/** Folds to a constant, or `undefined` when this operator is left to the run time. */
export function foldConstants(
  request: FoldRequest,
  inputs: readonly (NumericTensor | undefined)[],
): NumericTensor | undefined {
  const [first, ...parameters] = inputs;
  if (first === undefined) return undefined;
  if (request.operator === 'Cast') return cast(first, request.datatype);
  if (request.operator === 'Concat') return concatenated(request, inputs);
  const movement = movements.get(request.operator)?.(movementInput(request, first, parameters));
  if (movement !== undefined) return moved(first, movement);
  if (inputs.some((input) => input === undefined || input.datatype === 'float16')) return undefined;
  return foldArithmetic(
    request.operator,
    inputs.filter((input) => input !== undefined),
  );
}

/** Folds a small integer tensor of which some elements are unknown. */
export function foldPartial(
  request: FoldRequest,
  inputs: readonly (PartialTensor | undefined)[],
  constants: readonly (NumericTensor | undefined)[],
): PartialTensor | undefined {
  const [first] = inputs;
  if (first === undefined || request.datatype.startsWith('float')) return undefined;
  if (request.operator === 'Cast') return { ...first, datatype: request.datatype };
  if (request.operator === 'Concat') {
    const parts = inputs.filter((input) => input !== undefined);
    if (parts.length !== inputs.length || parts.some((part) => part.shape.length !== 1)) return undefined;
    const elements = parts.flatMap((part) => part.elements);
    return { datatype: request.datatype, shape: [elements.length], elements };
  }
  const movement = movements.get(request.operator)?.(movementInput(request, first, constants.slice(1)));
  if (movement === undefined) return undefined;
  const elements = Array.from(movement.sources, (source) => first.elements[source] ?? null);
  return { datatype: request.datatype, shape: movement.shape, elements };
}

function movementInput(
  request: FoldRequest,
  first: { readonly shape: readonly number[] },
  parameters: readonly (NumericTensor | undefined)[],
): MovementInput {
  return {
    shape: first.shape,
    parameters: parameters.map((parameter) => parameter && numbersOf(parameter)),
    parameterShapes: parameters.map((parameter) => parameter?.shape),
    attributes: request.attributes,
  };
}

function moved(tensor: NumericTensor, movement: Movement): NumericTensor {
  const source = tensor.elements;
  const target = allocate(tensor.datatype, movement.sources.length);
  const { sources } = movement;
  if (source instanceof BigInt64Array && target instanceof BigInt64Array) {
    for (let index = 0; index < sources.length; index += 1) target[index] = source[sources[index] ?? 0] ?? 0n;
  } else if (!(source instanceof BigInt64Array) && !(target instanceof BigInt64Array)) {
    for (let index = 0; index < sources.length; index += 1) target[index] = source[sources[index] ?? 0] ?? 0;
  }
  return { datatype: tensor.datatype, shape: movement.shape, elements: target };
}

/** Floats become integers by dropping the fraction, as TensorFlow and ONNX both do. */
function cast(tensor: NumericTensor, datatype: NumericDatatype): NumericTensor | undefined {
  if (tensor.datatype === datatype) return tensor;
  if (tensor.datatype === 'float16' || datatype === 'float16') return undefined;
  const values = numbersOf(tensor);
  if (datatype === 'bool')
    return constantOf(
      datatype,
      tensor.shape,
      values.map((value) => Number(value !== 0)),
    );
  return constantOf(datatype, tensor.shape, datatype.startsWith('float') ? values : values.map(Math.trunc));
}

function concatenated(
  request: FoldRequest,
  inputs: readonly (NumericTensor | undefined)[],
): NumericTensor | undefined {
  const parts = inputs.filter((input) => input !== undefined);
  const [first] = parts;
  if (first === undefined || parts.length !== inputs.length || first.datatype === 'float16') return undefined;
  const axis = integerAttribute(request.attributes, 'axis', 0);
  const at = axis < 0 ? axis + first.shape.length : axis;
  const outer = first.shape.slice(0, at).reduce((product, size) => product * size, 1);
  const values: number[] = [];
  const numbers = parts.map(numbersOf);
  for (let block = 0; block < outer; block += 1) {
    for (const part of numbers) {
      const run = part.length / outer;
      for (let index = block * run; index < (block + 1) * run; index += 1) values.push(part[index] ?? 0);
    }
  }
  const total = parts.reduce((sum, part) => sum + (part.shape[at] ?? 0), 0);
  return constantOf(
    first.datatype,
    first.shape.map((size, position) => (position === at ? total : size)),
    values,
  );
}
