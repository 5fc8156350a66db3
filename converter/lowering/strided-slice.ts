/** `StridedSlice`: NumPy's indexing, encoded in five bit masks. */
import { constantOf } from '../onnx/constants.ts';
import { integer } from '../onnx/onnx-graph.ts';
import type { LoweringContext } from './lowering.ts';

/** One axis that is sliced; a bound is `null` when it is computed at run time. */
interface Dimension {
  /** Where its numbers stand in begin, end and strides. */
  readonly position: number;
  readonly axis: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly step: number;
  readonly isShrunk: boolean;
}

/** What became of the axes: `layout` is in the order of the result. */
interface Plan {
  readonly dimensions: readonly Dimension[];
  readonly layout: readonly ('kept' | 'new' | 'shrunk')[];
}

/** "To the end" in ONNX `Slice`, which clamps. */
export const farEnd = 2 ** 40;
const bit = (mask: number, position: number): boolean => ((mask >> position) & 1) === 1;

/** Source: TensorFlow's documentation of `tf.strided_slice`; only the strides must be known. */
export function stridedSlice(context: LoweringContext): readonly string[] {
  const plan = planned(context);
  return [reshaped(context, sliced(context, plan.dimensions), plan)];
}

function planned(context: LoweringContext): Plan {
  const strides = context.numbers(3);
  const mask = (name: string) => context.integer(`${name}_mask`, 0);
  const [ellipsis, newAxis] = [mask('ellipsis'), mask('new_axis')];
  const consumed = strides.filter((_, position) => !bit(newAxis, position) && !bit(ellipsis, position));
  const dimensions: Dimension[] = [];
  const layout: Plan['layout'][number][] = [];
  let axis = 0;
  for (const position of strides.keys()) {
    if (bit(ellipsis, position)) {
      const skipped = context.rank(0) - consumed.length;
      if (skipped < 0) throw context.unsupported('names more axes than there are');
      axis += skipped;
      layout.push(...new Array<'kept'>(skipped).fill('kept'));
    } else if (bit(newAxis, position)) {
      layout.push('new');
    } else {
      const dimension = dimensionAt(context, position, axis);
      dimensions.push(dimension);
      layout.push(dimension.isShrunk ? 'shrunk' : 'kept');
      axis += 1;
    }
  }
  return { dimensions, layout };
}

function dimensionAt(context: LoweringContext, position: number, axis: number): Dimension {
  const { builder } = context;
  const [begin, end] = [1, 2].map((input) => builder.elementsOf(context.input(input))?.[position] ?? null);
  const isSet = (name: string) => bit(context.integer(`${name}_mask`, 0), position);
  const step = context.numbers(3)[position] ?? 1;
  const start = begin ?? null;
  if (isSet('shrink_axis')) {
    const next = start === null ? null : start === -1 ? farEnd : start + 1;
    return { position, axis, start, end: next, step: 1, isShrunk: true };
  }
  if (step === 0) throw context.unsupported('steps on the spot');
  const [first, last] = step > 0 ? [0, farEnd] : [farEnd, -farEnd];
  return {
    position,
    axis,
    start: isSet('begin') ? first : start,
    end: isSet('end') ? last : (end ?? null),
    step,
    isShrunk: false,
  };
}

function sliced(context: LoweringContext, dimensions: readonly Dimension[]): string {
  const { builder } = context;
  const active = dimensions.filter(({ start, end, step }) => start !== 0 || end !== farEnd || step !== 1);
  if (active.length === 0) return context.input(0);
  const starts = active.map((dimension) => startOf(context, dimension));
  const ends = active.map((dimension, index) => endOf(context, dimension, starts[index] ?? ''));
  const joined = (bounds: readonly string[]): string =>
    bounds.length === 1 ? (bounds[0] ?? '') : builder.emit('Concat', bounds, { axis: integer(0) });
  const value = builder.emit('Slice', [
    context.input(0),
    joined(starts),
    joined(ends),
    builder.integers(active.map(({ axis }) => axis)),
    builder.integers(active.map(({ step }) => step)),
  ]);
  const sizes = builder.typeOf(value).shape;
  const shrunk = new Set(active.filter(({ isShrunk }) => isShrunk).map(({ axis }) => axis));
  builder.refine(
    value,
    sizes?.map((size, axis) => (shrunk.has(axis) ? 1 : size)),
  );
  return value;
}

/** One element of begin (input 1) or end (input 2), as a vector. */
function elementAt(context: LoweringContext, input: number, position: number): string {
  const { builder } = context;
  const [from, to] = [builder.integers([position]), builder.integers([position + 1])];
  return builder.emit('Slice', [
    builder.cast(context.input(input), 'int64'),
    from,
    to,
    builder.integers([0]),
  ]);
}

function startOf(context: LoweringContext, { start, position }: Dimension): string {
  return start === null ? elementAt(context, 1, position) : context.builder.integers([start]);
}

/** The element after a single one at −1, the last, is the end and not element 0. */
function endOf(context: LoweringContext, dimension: Dimension, start: string): string {
  const { builder } = context;
  if (dimension.end !== null) return builder.integers([dimension.end]);
  if (!dimension.isShrunk) return elementAt(context, 2, dimension.position);
  const isLast = builder.emit('Equal', [start, builder.constant(constantOf('int64', [], [-1]))]);
  const next = builder.emit('Add', [start, builder.integers([1])]);
  return builder.emit('Where', [isLast, builder.integers([farEnd]), next]);
}

function reshaped(context: LoweringContext, value: string, plan: Plan): string {
  const { builder } = context;
  const shrunk = plan.dimensions.filter(({ isShrunk }) => isShrunk).map(({ axis }) => axis);
  const squeezed = shrunk.length > 0 ? builder.emit('Squeeze', [value, builder.integers(shrunk)]) : value;
  const added = plan.layout
    .filter((kind) => kind !== 'shrunk')
    .flatMap((kind, position) => (kind === 'new' ? [position] : []));
  return added.length > 0 ? builder.emit('Unsqueeze', [squeezed, builder.integers(added)]) : squeezed;
}
