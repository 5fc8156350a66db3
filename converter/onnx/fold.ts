/** Computes an operator at compile time when its inputs are constants, whole or in part. */
import {
  elementCount,
  type NumericDatatype,
  type NumericElements,
  type NumericTensor,
} from '../../gateway/domain/tensor.ts';
import { foldArithmetic } from './arithmetic.ts';
import { foldProduct, isArithmetic, partialArithmetic } from './size-arithmetic.ts';
import { allocate, numbersOf, setElement } from './constants.ts';
import { movements, normaliseAxis, type Movement, type MovementInput } from './movement.ts';
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
  if (request.operator === 'ReduceProd') return foldProduct(first, parameters[0], request.attributes);
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
  const second = inputs[1];
  if (isArithmetic(request.operator) && second !== undefined && inputs.length === 2) {
    return partialArithmetic(request.operator, first, second);
  }
  const movement = movements.get(request.operator)?.(movementInput(request, first, constants.slice(1)));
  if (movement === undefined) return undefined;
  const elements =
    movement.sources === undefined
      ? first.elements
      : Array.from(movement.sources, (source) => first.elements[source] ?? null);
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

function moved(tensor: NumericTensor, { shape, sources }: Movement): NumericTensor {
  const source = tensor.elements;
  if (sources === undefined) return { datatype: tensor.datatype, shape, elements: source };
  const target = allocate(tensor.datatype, sources.length);
  if (isBig(source) && isBig(target)) {
    for (let index = 0; index < sources.length; index += 1) target[index] = source[sources[index] ?? 0] ?? 0n;
  } else if (!isBig(source) && !isBig(target)) {
    for (let index = 0; index < sources.length; index += 1) target[index] = source[sources[index] ?? 0] ?? 0;
  }
  return { datatype: tensor.datatype, shape, elements: target };
}

const isBig = (elements: NumericElements): elements is BigInt64Array | BigUint64Array =>
  elements instanceof BigInt64Array || elements instanceof BigUint64Array;

/** Floats become integers by dropping the fraction, as TensorFlow and ONNX both do; what no integer holds is left alone. */
function cast(tensor: NumericTensor, datatype: NumericDatatype): NumericTensor | undefined {
  if (tensor.datatype === datatype) return tensor;
  if (tensor.datatype.endsWith('float16') || datatype.endsWith('float16')) return undefined;
  const source = tensor.elements;
  const target = allocate(datatype, source.length);
  const isFloat = datatype.startsWith('float');
  for (let index = 0; index < target.length; index += 1) {
    const value = Number(source[index] ?? 0);
    if (!isFloat && !Number.isSafeInteger(Math.trunc(value))) return undefined;
    const whole = isFloat ? value : Math.trunc(value);
    setElement(target, index, datatype === 'bool' ? Number(value !== 0) : whole);
  }
  return { datatype, shape: tensor.shape, elements: target };
}

const bytesOf = ({ elements }: NumericTensor): Uint8Array =>
  new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);

function concatenated(
  request: FoldRequest,
  inputs: readonly (NumericTensor | undefined)[],
): NumericTensor | undefined {
  const parts = inputs.filter((input) => input !== undefined);
  const [first] = parts;
  if (first === undefined || parts.length !== inputs.length) return undefined;
  const at = normaliseAxis(integerAttribute(request.attributes, 'axis', 0), first.shape.length);
  const total = parts.reduce((sum, part) => sum + (part.shape[at] ?? 0), 0);
  const shape = first.shape.map((size, axis) => (axis === at ? total : size));
  const outer = elementCount(first.shape.slice(0, at));
  const inner = elementCount(first.shape.slice(at + 1));
  if (parts.some((part) => part.elements.length !== outer * (part.shape[at] ?? 0) * inner)) return undefined;
  const target: NumericTensor = {
    datatype: first.datatype,
    shape,
    elements: allocate(first.datatype, elementCount(shape)),
  };
  const bytes = bytesOf(target);
  const sources = parts.map(bytesOf);
  let end = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const source of sources) {
      const run = source.length / outer;
      bytes.set(source.subarray(block * run, (block + 1) * run), end);
      end += run;
    }
  }
  return target;
}
