/** Operators that only move elements: where each output element comes from, for folding constants and shapes. */
import { elementCount, type Shape } from '../../gateway/domain/tensor.ts';
import { broadcast, broadcastsTo } from './broadcast.ts';
import { integerAttribute, integersAttribute, type OnnxAttributes } from './onnx-graph.ts';
import { slicedSize } from './sliced-size.ts';

export interface Movement {
  readonly shape: Shape;
  /** Source position of every output element, in row-major order; `undefined` when each stays where it is. */
  readonly sources: Int32Array | undefined;
}

export interface MovementInput {
  /** Shape of the moved tensor. */
  readonly shape: Shape;
  /** Values of the further inputs (shape, axes, indices…); `undefined` when one is absent. */
  readonly parameters: readonly (readonly number[] | undefined)[];
  /** Shapes of the further inputs. */
  readonly parameterShapes: readonly (Shape | undefined)[];
  readonly attributes: OnnxAttributes;
}

type MovementRule = (input: MovementInput) => Movement | undefined;

export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    result[axis] = (result[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return result;
}

/** Walks an output shape with one source stride an axis: the common core of transposes, slices and broadcasts. */
export function walk(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  const count = elementCount(shape);
  const sources = new Int32Array(count);
  const position = new Array<number>(shape.length).fill(0);
  let source = start;
  for (let index = 0; index < count; index += 1) {
    sources[index] = source;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (position[axis] ?? 0) + 1;
      source += steps[axis] ?? 0;
      if (next < (shape[axis] ?? 1)) {
        position[axis] = next;
        break;
      }
      position[axis] = 0;
      source -= (steps[axis] ?? 0) * next;
    }
  }
  return sources;
}

const unmoved = (shape: Shape): Movement => ({ shape, sources: undefined });

/** Operators that give a tensor another shape and nothing else. */
export const reshapingOperators: ReadonlySet<string> = new Set([
  'Identity',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

export const normaliseAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Sizes for ONNX `Reshape` (0 copies, -1 infers), or `undefined` when they do not fit. */
export function reshapedTo(shape: Shape, target: readonly number[]): Shape | undefined {
  const sizes = target.map((size, axis) => (size === 0 ? (shape[axis] ?? 0) : size));
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const total = elementCount(shape);
  const result = sizes.map((size) => (size === -1 ? total / known : size));
  return elementCount(result) === total && result.every(Number.isInteger) ? result : undefined;
}

const slice: MovementRule = ({ shape, parameters: [starts, ends, axes, steps] }) => {
  if (starts === undefined || ends === undefined) return undefined;
  const sourceStrides = strides(shape);
  const outputShape = [...shape];
  const outputSteps = [...sourceStrides];
  let offset = 0;
  for (const [position, start] of starts.entries()) {
    const axis = normaliseAxis(axes?.[position] ?? position, shape.length);
    const size = shape[axis] ?? 0;
    const step = steps?.[position] ?? 1;
    const { first, count } = slicedSize({ size, start, end: ends[position] ?? size, step });
    outputShape[axis] = count;
    outputSteps[axis] = (sourceStrides[axis] ?? 1) * step;
    offset += (sourceStrides[axis] ?? 1) * first;
  }
  return { shape: outputShape, sources: walk(outputShape, outputSteps, offset) };
};

const gather: MovementRule = ({
  shape,
  parameters: [indices],
  parameterShapes: [indicesShape],
  attributes,
}) => {
  if (indices === undefined || indicesShape === undefined) return undefined;
  const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
  const inner = elementCount(shape.slice(axis + 1));
  const size = shape[axis] ?? 1;
  const outer = elementCount(shape.slice(0, axis));
  const sources = new Int32Array(outer * indices.length * inner);
  let at = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const index of indices) {
      for (let element = 0; element < inner; element += 1) {
        sources[at++] = (block * size + normaliseAxis(index, size)) * inner + element;
      }
    }
  }
  return { shape: [...shape.slice(0, axis), ...indicesShape, ...shape.slice(axis + 1)], sources };
};

/** Shape after ONNX `Unsqueeze`: the axes count in the output. */
export function unsqueezed<Size>(shape: readonly Size[], axes: readonly number[], one: Size): Size[] {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => normaliseAxis(axis, rank)));
  let next = 0;
  return Array.from({ length: rank }, (_, axis) => {
    if (added.has(axis)) return one;
    const size = shape[next];
    next += 1;
    // `null` is a size too: only a missing axis may fall back.
    return size === undefined ? one : size;
  });
}

/** Shape after ONNX `Squeeze`; without axes every 1 goes. */
export function squeezed<Size>(shape: readonly Size[], axes: readonly number[] | undefined): Size[] {
  const removed = new Set(axes?.map((axis) => normaliseAxis(axis, shape.length)));
  return shape.filter((size, axis) => (axes === undefined ? size !== 1 : !removed.has(axis)));
}

/** By operator name. */
export const movements: ReadonlyMap<string, MovementRule> = new Map<string, MovementRule>([
  ['Identity', ({ shape }) => unmoved(shape)],
  [
    'Reshape',
    ({ shape, parameters: [target] }) => {
      const reshaped = target && reshapedTo(shape, target);
      return reshaped && unmoved(reshaped);
    },
  ],
  ['Squeeze', ({ shape, parameters: [axes] }) => unmoved(squeezed(shape, axes))],
  ['Unsqueeze', ({ shape, parameters: [axes] }) => axes && unmoved(unsqueezed(shape, axes, 1))],
  [
    'Transpose',
    ({ shape, attributes }) => {
      const permutation = integersAttribute(attributes, 'perm') ?? shape.map((_, axis) => axis).reverse();
      const sourceStrides = strides(shape);
      const output = permutation.map((axis) => shape[axis] ?? 1);
      return {
        shape: output,
        sources: walk(
          output,
          permutation.map((axis) => sourceStrides[axis] ?? 0),
        ),
      };
    },
  ],
  ['Slice', slice],
  ['Gather', gather],
  [
    'Expand',
    ({ shape, parameters: [target] }) => {
      if (target === undefined) return undefined;
      const output = broadcast(shape, target);
      if (!broadcastsTo(shape, output)) return undefined;
      const padded = [...new Array<number>(output.length - shape.length).fill(1), ...shape];
      const steps = strides(padded).map((step, axis) => (padded[axis] === 1 ? 0 : step));
      return { shape: output, sources: walk(output, steps) };
    },
  ],
]);
