/** Operators that compute with what shows the picture: the resize, and one line for each channel. */
import type { AxisSampling } from '../../gateway/domain/bilinear-plan.ts';
import { onnxDatatypes } from '../onnx/infer-type.ts';
import { integerAttribute } from '../onnx/onnx-graph.ts';
import { shapeOf, type PictureView } from './picture-view.ts';
import type { SmallTensor } from './resampling-graph.ts';
import type { ViewRequest, ViewStep } from './view-step.ts';

const cast: ViewStep = ({ view, attributes }) => {
  const to = integerAttribute(attributes, 'to', 0);
  if (to === onnxDatatypes[view.datatype]) return view;
  return to === onnxDatatypes.float32 ? { ...view, datatype: 'float32' } : undefined;
};

const knownCoordinates: ReadonlySet<string> = new Set(['asymmetric', 'half_pixel', 'align_corners']);
const resizeAttributes: ReadonlySet<string> = new Set(['mode', 'coordinate_transformation_mode']);

const resize: ViewStep = (request) => {
  const { view, parameters } = request;
  const coordinates = bilinearCoordinates(request);
  const sizes = parameters[2]?.numbers;
  const isFirst = view.coordinates === undefined && view.datatype === 'float32';
  if (coordinates === undefined || !isFirst || sizes?.length !== view.axes.length) return undefined;
  const resampled = (side: AxisSampling, axis: 'row' | 'column'): AxisSampling => {
    const count = sizes[view.axes.indexOf(axis)] ?? side.count;
    const spans =
      coordinates === 'align_corners' && count > 1 ? [side.size - 1, count - 1] : [side.size, count];
    return { ...side, count, scale: Math.fround((spans[0] ?? NaN) / (spans[1] ?? NaN)) };
  };
  const resized = {
    ...view,
    coordinates,
    rows: resampled(view.rows, 'row'),
    columns: resampled(view.columns, 'column'),
  };
  return shapeOf(resized).every((size, place) => size === sizes[place] && size > 0) ? resized : undefined;
};

/** How the samples lie; `undefined` for every resize that is more or other than bilinear. */
function bilinearCoordinates({ attributes, parameters: [region, scales] }: ViewRequest): string | undefined {
  const { mode, coordinate_transformation_mode: coordinates } = attributes;
  const isPlain = Object.keys(attributes).every((name) => resizeAttributes.has(name));
  const isBilinear = mode?.kind === 'string' && mode.value === 'linear';
  if (!isPlain || !isBilinear || region !== undefined || scales !== undefined) return undefined;
  return coordinates?.kind === 'string' && knownCoordinates.has(coordinates.value)
    ? coordinates.value
    : undefined;
}

/** A constant as one number for each channel; `undefined` when it differs from pixel to pixel. */
function byChannel(view: PictureView, constant: SmallTensor | undefined): readonly number[] | undefined {
  if (constant?.datatype !== 'float32' || constant.shape.length > view.axes.length) return undefined;
  const lead = view.axes.length - constant.shape.length;
  const varies = constant.shape.flatMap((size, place) => (size === 1 ? [] : [view.axes[place + lead]]));
  const [single = NaN, ...more] = constant.numbers;
  if (varies.length === 0 && more.length === 0) return view.channels.map(() => single);
  return varies.length === 1 && varies[0] === 'channel' && constant.numbers.length === view.channels.length
    ? constant.numbers
    : undefined;
}

type Line = (view: PictureView, numbers: readonly number[]) => PictureView;

/** A number that is the first to be added stays apart, since TensorFlow rounds after each step. */
const added: Line = (view, numbers) => {
  const isUntouched =
    view.factor.every((factor) => factor === 1) &&
    [...view.shift, ...view.offset].every((shift) => shift === 0);
  const sums = (old: readonly number[]): number[] =>
    old.map((value, index) => value + (numbers[index] ?? NaN));
  return isUntouched ? { ...view, shift: sums(view.shift) } : { ...view, offset: sums(view.offset) };
};

const multiplied: Line = (view, numbers) => {
  const products = (old: readonly number[]): number[] =>
    old.map((value, index) => value * (numbers[index] ?? NaN));
  return { ...view, factor: products(view.factor), offset: products(view.offset) };
};

const negated = (numbers: readonly number[]): number[] => numbers.map((number) => -number);
const inverse = (numbers: readonly number[]): number[] => numbers.map((number) => 1 / number);

const line =
  (apply: Line): ViewStep =>
  ({ view, parameters: [constant] }) => {
    const numbers = byChannel(view, constant);
    return numbers === undefined || view.datatype !== 'float32' ? undefined : apply(view, numbers);
  };

export const computingSteps: ReadonlyMap<string, ViewStep> = new Map([
  ['Cast', cast],
  ['Resize', resize],
  ['Add', line(added)],
  ['Sub', line((view, numbers) => added(view, negated(numbers)))],
  ['Mul', line(multiplied)],
  ['Div', line((view, numbers) => multiplied(view, inverse(numbers)))],
]);

/** The same with the constant in front. */
export const reversedSteps: ReadonlyMap<string, ViewStep> = new Map([
  ['Add', line(added)],
  [
    'Sub',
    line((view, numbers) =>
      added(
        multiplied(
          view,
          view.channels.map(() => -1),
        ),
        numbers,
      ),
    ),
  ],
  ['Mul', line(multiplied)],
]);
