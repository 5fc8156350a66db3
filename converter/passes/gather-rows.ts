/** Makes a preparation for large pictures: only the rows that a bilinear resize looks at are widened and resized. */
import { constantOf } from '../onnx/constants.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { integer, type OnnxGraph, type OnnxNode } from '../onnx/onnx-graph.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { rebuild } from './rebuild.ts';

/** What may stand between the decoded pixels and the resize for the rows to be chosen before it. */
const passages: ReadonlySet<string> = new Set(['Cast', 'Unsqueeze', 'Transpose']);

/**
 *   pixels [H,W,C] ─ rows ⌊y⌋ then ⌊y⌋+1 ─▶ [2h,W,C] ─ … ─ resize in x ─▶ top, bottom ─▶ top + (bottom − top) · (y − ⌊y⌋)
 *
 * The arithmetic is the bilinear's own, in TensorFlow's order: first along x, then along y. On 12 megapixels the
 * preparation takes 7 ms instead of 100, and its memory no longer grows with the picture; below a megapixel the plain
 * one is faster (0.7 against 1.4 ms at 500 × 375).
 *
 * @returns `undefined` when the graph has no such resize of its own pixels.
 */
export function gatherRows(graph: OnnxGraph): OnnxGraph | undefined {
  const [pixels] = graph.inputs;
  const resize = graph.nodes.find((node) => isBilinear(node));
  const chain = pixels && resize && chainTo(graph, resize.inputs[0] ?? '', pixels.name);
  if (pixels === undefined || resize === undefined || chain === undefined) return undefined;
  return eliminateDeadCode(
    rebuild(graph, {
      rewrite: (node, inputs, { builder, renamed }) => {
        if (node !== resize) return undefined;
        const source = renamed.get(pixels.name) ?? pixels.name;
        const sizes = inputs[3] ?? '';
        const rows = rowsOf(builder, { source, sizes, isHalfPixel: modeOf(resize) === 'half_pixel' });
        const moved = chain.reduce(
          (value, step) =>
            builder.emit(
              step.operator,
              [value, ...step.inputs.slice(1).map((name) => renamed.get(name) ?? name)],
              step.attributes,
            ),
          rows.gathered,
        );
        return blended(builder, { moved, sizes, rows, resize });
      },
    }),
  );
}

const modeOf = (node: OnnxNode): string | undefined => {
  const mode = node.attributes['coordinate_transformation_mode'];
  return mode?.kind === 'string' ? mode.value : undefined;
};

function isBilinear(node: OnnxNode): boolean {
  const mode = node.attributes['mode'];
  const isLinear = mode?.kind === 'string' && mode.value === 'linear';
  const isKnown = modeOf(node) === 'asymmetric' || modeOf(node) === 'half_pixel';
  return node.operator === 'Resize' && isLinear && isKnown && node.attributes['antialias'] === undefined;
}

/** The nodes from the pixels to a value, first one first, when all of them only carry the rows along. */
function chainTo(graph: OnnxGraph, value: string, pixels: string): OnnxNode[] | undefined {
  const chain: OnnxNode[] = [];
  let at = value;
  while (at !== pixels) {
    const node = graph.nodes.find(({ outputs }) => outputs.includes(at));
    if (node === undefined || !passages.has(node.operator)) return undefined;
    chain.unshift(node);
    at = node.inputs[0] ?? '';
  }
  return chain;
}

interface Rows {
  /** The rows above each sampling line, then the rows below: [2h,W,C]. */
  readonly gathered: string;
  /** How far below the upper row each line lies: float32 [1,1,h,1]. */
  readonly fraction: string;
  /** int64 [1]. */
  readonly height: string;
}

function rowsOf(
  builder: GraphBuilder,
  { source, sizes, isHalfPixel }: { source: string; sizes: string; isHalfPixel: boolean },
): Rows {
  const scalar = (value: number): string => builder.constant(constantOf('float32', [], [value]));
  const [zero, one, two, three] = [0, 1, 2, 3].map((value) => builder.integers([value]));
  if (zero === undefined || one === undefined || two === undefined || three === undefined) {
    throw new Error('four constants were asked for');
  }
  const height = builder.emit('Slice', [sizes, two, three]);
  const whole = builder.emit('Slice', [builder.emit('Shape', [source]), zero, one]);
  const ramp = builder.emitTyped(
    'Range',
    [
      builder.constant(constantOf('int64', [], [0])),
      builder.emit('Squeeze', [height, zero]),
      builder.constant(constantOf('int64', [], [1])),
    ],
    {},
    [{ datatype: 'int64', shape: [null] }],
  );
  const lines = builder.cast(ramp[0] ?? '', 'float32');
  const scale = builder.emit('Div', [builder.cast(whole, 'float32'), builder.cast(height, 'float32')]);
  const at = isHalfPixel
    ? builder.emit('Sub', [
        builder.emit('Mul', [builder.emit('Add', [lines, scalar(0.5)]), scale]),
        scalar(0.5),
      ])
    : builder.emit('Mul', [lines, scale]);
  const floor = builder.emit('Floor', [at]);
  const above = builder.cast(floor, 'int64');
  const last = builder.emit('Sub', [whole, one]);
  const inside = (rows: string): string => builder.emit('Min', [builder.emit('Max', [rows, zero]), last]);
  const below = builder.emit('Add', [above, one]);
  const indices = builder.emit('Concat', [inside(above), inside(below)], { axis: integer(0) });
  const shape = builder.emit('Concat', [one, one, height, one], { axis: integer(0) });
  return {
    gathered: builder.emit('Gather', [source, indices], { axis: integer(0) }),
    fraction: builder.emit('Reshape', [builder.emit('Sub', [at, floor]), shape]),
    height,
  };
}

function blended(
  builder: GraphBuilder,
  { moved, sizes, rows, resize }: { moved: string; sizes: string; rows: Rows; resize: OnnxNode },
): string {
  const [zero, two, three, four] = [0, 2, 3, 4].map((value) => builder.integers([value]));
  if (zero === undefined || two === undefined || three === undefined || four === undefined) {
    throw new Error('four constants were asked for');
  }
  const doubled = builder.emit('Mul', [rows.height, two]);
  const leading = builder.emit('Slice', [sizes, zero, two]);
  const width = builder.emit('Slice', [sizes, three, four]);
  const target = builder.emit('Concat', [leading, doubled, width], { axis: integer(0) });
  const resized = builder.emit('Resize', [moved, '', '', target], resize.attributes);
  const top = builder.emit('Slice', [resized, zero, rows.height, two]);
  const bottom = builder.emit('Slice', [resized, rows.height, doubled, two]);
  const step = builder.emit('Mul', [builder.emit('Sub', [bottom, top]), rows.fraction]);
  return builder.emit('Add', [top, step]);
}
