/** Graphs of preparations, put together from the steps that models have between decoded pixels and network. */
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { onnxDatatypes } from '../../../../converter/onnx/infer-type.ts';
import {
  integer,
  integers,
  text,
  type OnnxAttributes,
  type OnnxGraph,
} from '../../../../converter/onnx/onnx-graph.ts';

/** Puts steps behind a value; gives the value that comes out. */
export type Step = (steps: Steps, value: string) => string;

export class Steps {
  readonly builder = new GraphBuilder();
  readonly pixels: string;

  constructor(channels = 3) {
    this.pixels = this.builder.input('pixels', { datatype: 'uint8', shape: [null, null, channels] });
  }

  number(value: number): string {
    return this.numbers([value], []);
  }

  numbers(values: readonly number[], shape: readonly number[]): string {
    return this.builder.constant(constantOf('float32', shape, values));
  }

  /** int64 [2]: height and width of the picture. */
  sides(): string {
    const shape = this.builder.emit('Shape', [this.pixels]);
    return this.builder.emit('Slice', [shape, this.builder.integers([0]), this.builder.integers([2])]);
  }
}

export const cast: Step = ({ builder }, value) =>
  builder.emit('Cast', [value], { to: integer(onnxDatatypes.float32) });
export const batch: Step = ({ builder }, value) => builder.emit('Unsqueeze', [value, builder.integers([0])]);
export const turned =
  (...order: number[]): Step =>
  ({ builder }, value) =>
    builder.emit('Transpose', [value], { perm: integers(order) });
export const channelsFirst: Step = turned(0, 3, 1, 2);

/** [H,W,3] bytes → [1,3,H,W] floats. */
export const planar: Step = (steps, value) => channelsFirst(steps, batch(steps, cast(steps, value)));

export function resize(coordinates: string, more: OnnxAttributes = {}): OnnxAttributes {
  return { mode: text('linear'), coordinate_transformation_mode: text(coordinates), ...more };
}

/** To fixed sizes [1,3,h,w]. */
export const resized =
  (height: number, width: number, attributes = resize('half_pixel')): Step =>
  ({ builder }, value) =>
    builder.emit('Resize', [value, '', '', builder.integers([1, 3, height, width])], attributes);

/** `operator` with a constant behind the value, one number or one for each channel of [1,3,h,w]. */
export const by =
  (operator: string, ...values: readonly number[]): Step =>
  (steps, value) =>
    steps.builder.emit(operator, [value, operand(steps, values)]);

/** The same with the constant in front. */
export const under =
  (operator: string, ...values: readonly number[]): Step =>
  (steps, value) =>
    steps.builder.emit(operator, [operand(steps, values), value]);

function operand(steps: Steps, values: readonly number[]): string {
  return steps.numbers(values, values.length === 1 ? [] : [values.length, 1, 1]);
}

export interface Cut {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps?: readonly number[];
}

export const cut =
  ({ starts, ends, axes, steps }: Cut): Step =>
  ({ builder }, value) =>
    builder.emit('Slice', [
      value,
      builder.integers(starts),
      builder.integers(ends),
      builder.integers(axes),
      ...(steps === undefined ? [] : [builder.integers(steps)]),
    ]);

/** The shorter side becomes 16, and 12 × 10 are cut from the middle. */
export const inProportion: Step = (steps, value) => {
  const { builder } = steps;
  const sides = steps.sides();
  const shorter = builder.emit('ReduceMin', [sides, builder.integers([0])], { keepdims: integer(1) });
  const target = builder.emit('Div', [builder.emit('Mul', [sides, builder.integers([16])]), shorter]);
  const sizes = builder.emit('Concat', [builder.integers([1, 3]), target], { axis: integer(0) });
  const large = builder.emit('Resize', [value, '', '', sizes], resize('asymmetric'));
  const spare = builder.emit('Sub', [target, builder.integers([12, 10])]);
  const corner = builder.emit('Div', [spare, builder.integers([2])]);
  const end = builder.emit('Add', [corner, builder.integers([12, 10])]);
  return builder.emit('Slice', [large, corner, end, builder.integers([2, 3])]);
};

/** Cuts what lies within the middle seven eighths, in bytes. */
export const middle: Step = (steps, value) => {
  const { builder } = steps;
  const sides = steps.sides();
  const margin = builder.emit('Div', [sides, builder.integers([16])]);
  return builder.emit('Slice', [
    value,
    margin,
    builder.emit('Sub', [sides, margin]),
    builder.integers([0, 1]),
  ]);
};

export function preparation(...chain: readonly Step[]): OnnxGraph {
  const steps = new Steps();
  const value = chain.reduce((before, step) => step(steps, before), steps.pixels);
  return steps.builder.finish([{ name: 'prepared', value }]);
}
