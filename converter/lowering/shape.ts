/** Shapes: what they are, and the operations that give a tensor another one without moving its elements. */
import { constantOf } from '../onnx/constants.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

/** ONNX counts in int64, TensorFlow mostly in int32. */
const counted = (context: LoweringContext, operator: string): readonly string[] => [
  context.builder.cast(
    context.builder.emit(operator, [context.input(0)]),
    context.datatype('out_type', 'int32'),
  ),
];

const reshape: Lowering = (context) => {
  const { builder } = context;
  const target = builder.cast(context.input(1), 'int64');
  // A 0 would copy a size in ONNX.
  if (builder.elementsOf(target)?.includes(0)) throw context.unsupported('makes an empty tensor');
  const source = builder.typeOf(context.input(0)).shape;
  const sizes = builder.elementsOf(target);
  if (source && sizes && onlyOnesDiffer(source, sizes)) return [withOnes(context, source, sizes)];
  return [builder.emit('Reshape', [context.input(0), target])];
};

type Sizes = readonly (number | null)[];

/** A size of -1 is inferred, so it is as unknown as `null`. */
const unknownAsNull = (sizes: Sizes): Sizes => sizes.map((size) => (size === -1 ? null : size));
const withoutOnes = (sizes: Sizes): Sizes => unknownAsNull(sizes).filter((size) => size !== 1);

/** With one unknown size on either side and all others equal, the unknown ones are equal too. */
function onlyOnesDiffer(source: Sizes, target: Sizes): boolean {
  const [left, right] = [withoutOnes(source), withoutOnes(target)];
  return (
    left.length === right.length &&
    left.every((size, axis) => size === right[axis]) &&
    left.filter((size) => size === null).length <= 1
  );
}

/** Reshapes by axes of one element alone, which the passes can follow. */
function withOnes({ builder, inputs }: LoweringContext, source: Sizes, target: Sizes): string {
  const onesOf = (sizes: Sizes): number[] => sizes.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const [left, right] = [onesOf(source), onesOf(target)];
  const [value = ''] = inputs;
  if (source.length === target.length && left.join() === right.join()) return value;
  const squeezed = left.length === 0 ? value : builder.emit('Squeeze', [value, builder.integers(left)]);
  return right.length === 0 ? squeezed : builder.emit('Unsqueeze', [squeezed, builder.integers(right)]);
}

const squeeze: Lowering = (context) => {
  const axes = context.integers('squeeze_dims');
  return [
    context.builder.emit('Squeeze', [
      context.input(0),
      ...(axes.length > 0 ? [context.builder.integers(axes)] : []),
    ]),
  ];
};

export const shapes: Lowerings = {
  Shape: (context) => counted(context, 'Shape'),
  Size: (context) => counted(context, 'Size'),
  Rank: (context) => [context.builder.constant(constantOf('int32', [], [context.rank(0)]))],
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: (context) => [
    context.builder.emit('Unsqueeze', [context.input(0), context.builder.integers(context.numbers(1))]),
  ],
};
