/** `StridedSlice`: NumPy's indexing, encoded in five bit masks. */
import { constantOf } from '../onnx/constants.ts';
import type { LoweringContext } from './lowering.ts';

interface Dimension {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly isShrunk: boolean;
}

const farEnd = 2 ** 40;
const bit = (mask: number, position: number): boolean => ((mask >> position) & 1) === 1;

/** Source: TensorFlow's documentation of `tf.strided_slice`; begin, end and strides must be known. */
export function stridedSlice(context: LoweringContext): readonly string[] {
  const { builder } = context;
  const [begin, end, strides] = [context.numbers(1), context.numbers(2), context.numbers(3)];
  const masks = {
    begin: context.integer('begin_mask', 0),
    end: context.integer('end_mask', 0),
    ellipsis: context.integer('ellipsis_mask', 0),
    newAxis: context.integer('new_axis_mask', 0),
    shrink: context.integer('shrink_axis_mask', 0),
  };
  const rank = context.rank(0);
  const consumed = begin.filter(
    (_, position) => !bit(masks.newAxis, position) && !bit(masks.ellipsis, position),
  );
  const dimensions: Dimension[] = [];
  /** Positions in the result: source axes that stay, and new ones. */
  const layout: ('kept' | 'new' | 'shrunk')[] = [];
  let axis = 0;
  for (const position of begin.keys()) {
    if (bit(masks.ellipsis, position)) {
      const skipped = rank - consumed.length;
      axis += skipped;
      layout.push(...new Array<'kept'>(skipped).fill('kept'));
    } else if (bit(masks.newAxis, position)) {
      layout.push('new');
    } else {
      const step = strides[position] ?? 1;
      if (step < 0) throw context.unsupported('steps backwards');
      const start = begin[position] ?? 0;
      const isShrunk = bit(masks.shrink, position);
      dimensions.push({
        axis,
        start: bit(masks.begin, position) && !isShrunk ? 0 : start,
        end: isShrunk
          ? start === -1
            ? farEnd
            : start + 1
          : bit(masks.end, position)
            ? farEnd
            : (end[position] ?? 0),
        step: isShrunk ? 1 : step,
        isShrunk,
      });
      layout.push(isShrunk ? 'shrunk' : 'kept');
      axis += 1;
    }
  }
  return [
    reshaped(context, sliced(context, dimensions), {
      dimensions,
      layout,
      rank: builder.typeOf(context.input(0)).shape?.length ?? rank,
    }),
  ];
}

function sliced(context: LoweringContext, dimensions: readonly Dimension[]): string {
  const { builder } = context;
  const active = dimensions.filter(({ start, end, step }) => start !== 0 || end !== farEnd || step !== 1);
  if (active.length === 0) return context.input(0);
  return builder.emit('Slice', [
    context.input(0),
    builder.integers(active.map(({ start }) => start)),
    builder.integers(active.map(({ end }) => end)),
    builder.integers(active.map((dimension) => dimension.axis)),
    builder.constant(
      constantOf(
        'int64',
        [active.length],
        active.map(({ step }) => step),
      ),
    ),
  ]);
}

function reshaped(
  context: LoweringContext,
  value: string,
  plan: { dimensions: readonly Dimension[]; layout: readonly string[]; rank: number },
): string {
  const { builder } = context;
  const shrunk = plan.dimensions.filter(({ isShrunk }) => isShrunk).map(({ axis }) => axis);
  const squeezed = shrunk.length > 0 ? builder.emit('Squeeze', [value, builder.integers(shrunk)]) : value;
  const added = plan.layout
    .filter((kind) => kind !== 'shrunk')
    .flatMap((kind, position) => (kind === 'new' ? [position] : []));
  return added.length > 0 ? builder.emit('Unsqueeze', [squeezed, builder.integers(added)]) : squeezed;
}
