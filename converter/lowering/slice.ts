/** `Slice`: a beginning and a size an axis, either of which may be computed from the picture. */
import { constantOf } from '../onnx/constants.ts';
import type { Lowering, Lowerings } from './lowering.ts';
import { farEnd, stridedSlice } from './strided-slice.ts';

const slice: Lowering = (context) => {
  const { builder } = context;
  const begin = builder.cast(context.input(1), 'int64');
  const size = builder.cast(context.input(2), 'int64');
  const rank = context.rank(0);
  const sizes = builder.elementsOf(size) ?? new Array<null>(rank).fill(null);
  const known = sizes.filter((element) => element !== null);
  const toTheEnd = builder.constant(constantOf('int64', [], [farEnd]));
  const rest = builder.constant(constantOf('int64', [], [-1]));
  const reach =
    known.length === sizes.length
      ? builder.integers(known.map((element) => (element === -1 ? farEnd : element)))
      : builder.emit('Where', [builder.emit('Equal', [size, rest]), toTheEnd, size]);
  const value = builder.emit('Slice', [
    context.input(0),
    begin,
    builder.emit('Add', [begin, reach]),
    builder.integers(Array.from({ length: rank }, (_, axis) => axis)),
  ]);
  // A size is often known even where the beginning is not.
  const source = builder.typeOf(context.input(0)).shape;
  const starts = builder.elementsOf(begin);
  builder.refine(
    value,
    sizes.map((element, axis) =>
      element !== -1 ? element : starts?.[axis] === 0 ? (source?.[axis] ?? null) : null,
    ),
  );
  return [value];
};

export const slices: Lowerings = { Slice: slice, StridedSlice: stridedSlice };
