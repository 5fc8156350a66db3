/** Operators that move, cut or reorder what shows the picture. */
import { normaliseAxis } from '../onnx/movement.ts';
import { integerAttribute, integersAttribute } from '../onnx/onnx-graph.ts';
import { slicedSize } from '../onnx/sliced-size.ts';
import { shapeOf, sizeAlong, type Axis, type PictureView } from './picture-view.ts';
import type { ViewStep } from './view-step.ts';

const unsqueeze: ViewStep = ({ view, parameters: [places] }) => {
  if (places === undefined) return undefined;
  const rank = view.axes.length + places.numbers.length;
  const added = new Set(places.numbers.map((place) => normaliseAxis(place, rank)));
  const old = view.axes.values();
  const axes = Array.from({ length: rank }, (_, place): Axis =>
    added.has(place) ? 'unit' : (old.next().value ?? 'unit'),
  );
  return { ...view, axes };
};

const squeeze: ViewStep = ({ view, parameters: [places] }) => {
  if (places === undefined) return undefined;
  const dropped = new Set(places.numbers.map((place) => normaliseAxis(place, view.axes.length)));
  const isSound = [...dropped].every((place) => view.axes[place] === 'unit');
  return isSound ? { ...view, axes: view.axes.filter((_, place) => !dropped.has(place)) } : undefined;
};

const transpose: ViewStep = ({ view, attributes }) => {
  const order = integersAttribute(attributes, 'perm');
  const axes = order?.map((place) => view.axes[place]).filter((axis) => axis !== undefined);
  return axes?.length === view.axes.length ? { ...view, axes } : undefined;
};

/** Only axes of size 1 may come and go. */
const reshape: ViewStep = ({ view, parameters: [target] }) => {
  const rest = view.axes.filter((axis) => axis !== 'unit');
  const axes: Axis[] = [];
  for (const [place, size] of target?.numbers.entries() ?? []) {
    const copied = size === 0 ? (shapeOf(view)[place] ?? 0) : size;
    const [next] = rest;
    if (next !== undefined && (copied === -1 || copied === sizeAlong(view, next))) {
      axes.push(next);
      rest.shift();
    } else if (copied === 1) axes.push('unit');
    else return undefined;
  }
  return rest.length === 0 ? { ...view, axes } : undefined;
};

const slice: ViewStep = ({ view, parameters: [starts, ends, places, steps] }) => {
  let cutView: PictureView | undefined = view;
  for (const [position, start] of starts?.numbers.entries() ?? []) {
    const axis = view.axes[normaliseAxis(places?.numbers[position] ?? position, view.axes.length)];
    const end = ends?.numbers[position];
    const step = steps?.numbers[position] ?? 1;
    if (axis === undefined || end === undefined || step === 0 || cutView === undefined) return undefined;
    const range = slicedSize({ size: sizeAlong(cutView, axis), start, end, step });
    cutView = cut(cutView, axis, { ...range, step });
  }
  return cutView;
};

interface Cut {
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

function cut(view: PictureView, axis: Axis, { first, count, step }: Cut): PictureView | undefined {
  if (axis === 'channel') {
    return pickChannels(
      view,
      Array.from({ length: count }, (_, index) => first + index * step),
    );
  }
  if (step !== 1 || count < 1) return undefined;
  if (axis === 'unit') return view;
  const side = axis === 'row' ? 'rows' : 'columns';
  const old = view[side];
  const isResized = view.coordinates !== undefined;
  const part = isResized
    ? { ...old, first: old.first + first, count }
    : { ...old, start: old.start + first, size: count, count };
  return { ...view, [side]: part };
}

const gather: ViewStep = ({ view, attributes, parameters: [places] }) => {
  const axis = view.axes[normaliseAxis(integerAttribute(attributes, 'axis', 0), view.axes.length)];
  if (axis !== 'channel' || places?.shape.length !== 1) return undefined;
  return pickChannels(
    view,
    places.numbers.map((place) => normaliseAxis(place, view.channels.length)),
  );
};

function pickChannels(view: PictureView, places: readonly number[]): PictureView | undefined {
  if (places.some((place) => view.channels[place] === undefined)) return undefined;
  const picked = (numbers: readonly number[]): number[] => places.map((place) => numbers[place] ?? NaN);
  return {
    ...view,
    channels: picked(view.channels),
    shift: picked(view.shift),
    factor: picked(view.factor),
    offset: picked(view.offset),
  };
}

export const movingSteps: ReadonlyMap<string, ViewStep> = new Map([
  ['Identity', ({ view }) => view],
  ['Unsqueeze', unsqueeze],
  ['Squeeze', squeeze],
  ['Transpose', transpose],
  ['Reshape', reshape],
  ['Slice', slice],
  ['Gather', gather],
]);
