/** Works out, for one size of picture, which bilinear resampling a preparation comes to. */
import type { BilinearPlan, ByChannel } from '../../gateway/domain/bilinear-plan.ts';
import { computingSteps, reversedSteps } from './computed-view.ts';
import { movingSteps } from './moved-view.ts';
import { decodedView, shapeOf, type PictureSize, type PictureView } from './picture-view.ts';
import type { ResamplingGraph, ResamplingNode, SmallTensor } from './resampling-graph.ts';
import { smallResult } from './small-result.ts';

/**
 * @returns `undefined` when some step is none of the known ones, or comes to nothing sensible for this size; the ONNX
 * module of the preparation then says what becomes of the picture.
 */
export function planResampling(graph: ResamplingGraph, size: PictureSize): BilinearPlan | undefined {
  const known: Known = {
    views: new Map([[graph.pixels, decodedView(size)]]),
    numbers: new Map(),
    constants: graph.constants,
  };
  for (const node of graph.nodes) {
    const view = viewAfter(node, known);
    const numbers = view === undefined ? numbersAfter(node, known) : undefined;
    if (view !== undefined) known.views.set(node.output, view);
    else if (numbers !== undefined) known.numbers.set(node.output, numbers);
    else return undefined;
  }
  const prepared = known.views.get(graph.prepared);
  return prepared && planOf(prepared);
}

interface Known {
  readonly views: Map<string, PictureView>;
  readonly numbers: Map<string, SmallTensor>;
  readonly constants: ResamplingGraph['constants'];
}

function numbersOf({ numbers, constants }: Known, name: string): SmallTensor | undefined {
  return numbers.get(name) ?? constants[name];
}

function viewAfter({ operator, inputs, attributes }: ResamplingNode, known: Known): PictureView | undefined {
  const [first = '', second = ''] = inputs;
  const isReversed = known.views.has(second) && inputs.length === 2;
  const [source, others] = isReversed ? [second, [first]] : [first, inputs.slice(1)];
  const view = known.views.get(source);
  const step = isReversed
    ? reversedSteps.get(operator)
    : (movingSteps.get(operator) ?? computingSteps.get(operator));
  if (view === undefined || step === undefined) return undefined;
  const parameters = others.map((name) => numbersOf(known, name));
  const isComplete = others.every((name, index) => name === '' || parameters[index] !== undefined);
  return isComplete ? step({ view, attributes, parameters }) : undefined;
}

function numbersAfter(node: ResamplingNode, known: Known): SmallTensor | undefined {
  const view = known.views.get(node.inputs[0] ?? '');
  if (view === undefined)
    return smallResult(
      node,
      node.inputs.map((name) => numbersOf(known, name)),
    );
  const isWholeShape = node.operator === 'Shape' && Object.keys(node.attributes).length === 0;
  const shape = shapeOf(view);
  return isWholeShape ? { datatype: 'int64', shape: [shape.length], numbers: shape } : undefined;
}

const layouts: ReadonlyMap<string, BilinearPlan['layout']> = new Map([
  ['channel row column', 'channels-first'],
  ['row column channel', 'channels-last'],
]);

function planOf(view: PictureView): BilinearPlan | undefined {
  const layout = layouts.get(view.axes.filter((axis) => axis !== 'unit').join(' '));
  const [channels, shift, factor, offset] = [view.channels, view.shift, view.factor, view.offset].map(
    byChannel,
  );
  const isComplete =
    channels !== undefined && shift !== undefined && factor !== undefined && offset !== undefined;
  const isWhole = new Set(view.channels).size === 3 && view.datatype === 'float32';
  if (layout === undefined || !isComplete || !isWhole) return undefined;
  const isHalfPixel = view.coordinates === 'half_pixel';
  const { rows, columns } = view;
  return { rows, columns, isHalfPixel, channels, shift, factor, offset, layout, shape: shapeOf(view) };
}

function byChannel(numbers: readonly number[]): ByChannel | undefined {
  const [first, second, third, ...others] = numbers;
  const isComplete =
    first !== undefined && second !== undefined && third !== undefined && others.length === 0;
  return isComplete && numbers.every(Number.isFinite) ? [first, second, third] : undefined;
}
