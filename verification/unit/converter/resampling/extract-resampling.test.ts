/** Which preparations come to a bilinear resampling, and that it gives what their module gives. */
import { expect } from 'chai';
import { integer, text, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { onnxDatatypes } from '../../../../converter/onnx/infer-type.ts';
import { extractResampling } from '../../../../converter/resampling/extract-resampling.ts';
import { planResampling } from '../../../../converter/resampling/plan-resampling.ts';
import type { ResamplingGraph } from '../../../../converter/resampling/resampling-graph.ts';
import { plainResampling } from '../../../support/plain-resampling.ts';
import { randomPixels, runOnPictures } from '../passes/picture-runs.ts';
import {
  batch,
  by,
  cast,
  channelsFirst,
  cut,
  inProportion,
  middle,
  planar,
  preparation,
  resize,
  resized,
  Steps,
  turned,
  under,
  type Step,
} from './preparation-graph.ts';

const pictures = [
  [40, 30],
  [7, 9],
  [2, 50],
  [1, 1],
  [33, 8],
].map(([height = 1, width = 1], seed) => randomPixels(seed + 1, [height, width, 3]));

function extracted(graph: OnnxGraph): ResamplingGraph {
  const resampling = extractResampling(graph);
  if (resampling === undefined) throw new Error('this preparation is a resampling');
  const written: unknown = JSON.parse(JSON.stringify(resampling));
  expect(written).to.deep.equal(resampling);
  return resampling;
}

/** @param tolerance of 255: the run time weighs four pixels where TensorFlow goes along rows and then between them. */
async function isTheSame(graph: OnnxGraph, tolerance = 0.01): Promise<void> {
  const resampling = extracted(graph);
  const expected = await runOnPictures(graph, pictures);
  for (const [index, { shape, elements }] of pictures.entries()) {
    const [height = 0, width = 0] = shape;
    const plan = planResampling(resampling, { height, width });
    if (plan === undefined || !(elements instanceof Uint8Array)) throw new Error(`${height} × ${width}`);
    const given = plainResampling(plan, { elements, width });
    expect(plan.shape).to.deep.equal(expected[index]?.shape);
    const differences = Array.from(given, (number, at) =>
      Math.abs(number - (expected[index]?.numbers[at] ?? NaN)),
    );
    expect(Math.max(...differences), `${height} × ${width}`).to.be.below(tolerance);
  }
}

const reshaped =
  (...sizes: number[]): Step =>
  ({ builder }, value) =>
    builder.emit('Reshape', [value, builder.integers(sizes)]);
const squeezed: Step = ({ builder }, value) => builder.emit('Squeeze', [value, builder.integers([0])]);
const picked =
  (axis: number, ...places: number[]): Step =>
  ({ builder }, value) =>
    builder.emit('Gather', [value, builder.integers(places)], { axis: integer(axis) });
const apply =
  (operator: string): Step =>
  ({ builder }, value) =>
    builder.emit(operator, [value]);

const half = resized(12, 10);

const suited: Readonly<Record<string, readonly Step[]>> = {
  'a resize up': [planar, resized(61, 73)],
  'a resize down, from the corners': [planar, resized(5, 4, resize('asymmetric'))],
  'a resize with aligned corners': [planar, resized(12, 10, resize('align_corners'))],
  'a resize with aligned corners to one row': [planar, resized(1, 10, resize('align_corners'))],
  'a resize that keeps the proportions, and the middle of it': [planar, inProportion],
  'the middle of the picture, resized': [middle, planar, half],
  'the middle of the picture, resized, and the middle of that': [
    middle,
    planar,
    half,
    cut({ starts: [2, 1], ends: [-2, 9], axes: [2, -1] }),
  ],
  'a part of a part': [middle, cut({ starts: [-9999, 0], ends: [20, 300], axes: [0, 1] }), planar, half],
  'a mean to take off and a deviation to divide by': [planar, half, by('Sub', 123, 117, 104), by('Div', 58)],
  'a scale from −1 to 1': [planar, half, by('Mul', 1 / 127.5), by('Sub', 1)],
  'two lines one after the other': [
    planar,
    half,
    by('Mul', 1 / 255),
    by('Sub', 0.485, 0.456, 0.406),
    by('Div', 0.229, 0.224, 0.225),
    by('Add', 3),
  ],
  'a scale before the resize': [planar, by('Mul', 0.5, 0.25, 2), half],
  'a negative': [planar, half, under('Sub', 255), under('Mul', 0.5, 1, 2), under('Add', -7)],
  'blue before red': [planar, half, picked(1, 2, 1, 0), by('Sub', 103, 116, 123)],
  'blue before red, by a slice backwards': [
    planar,
    half,
    by('Sub', 1, 2, 3),
    cut({ starts: [-1], ends: [-1000], axes: [1], steps: [-1] }),
    by('Mul', 1, 2, 3),
  ],
  'channels last': [planar, half, turned(0, 2, 3, 1)],
  'channels last without a batch, and with it again': [planar, half, turned(0, 2, 3, 1), squeezed, batch],
  'channels last, reshaped to what they are': [planar, half, turned(0, 2, 3, 1), reshaped(12, 10, 3), batch],
  'a reshape that leaves a size to be found': [planar, half, reshaped(0, 3, 12, -1)],
  'a resize of what was turned as bytes': [batch, channelsFirst, cast, half],
};

const unsuited: Readonly<Record<string, readonly Step[]>> = {
  'takes the nearest pixel': [planar, resized(12, 10, resize('asymmetric', { mode: text('nearest') }))],
  'resizes with a cubic kernel': [planar, resized(12, 10, resize('half_pixel', { mode: text('cubic') }))],
  'smooths before it resizes': [planar, resized(12, 10, resize('half_pixel', { antialias: integer(1) }))],
  'samples in a way of its own': [planar, resized(12, 10, resize('pytorch_half_pixel'))],
  'resizes twice': [planar, half, resized(6, 5)],
  'pads the picture': [
    planar,
    half,
    ({ builder }, value) => builder.emit('Pad', [value, builder.integers([0, 0, 1, 1, 0, 0, 1, 1])]),
  ],
  'bounds the numbers': [planar, half, by('Max', 0)],
  'rounds the numbers': [planar, half, apply('Round')],
  'is not linear': [planar, half, by('Mul', 0.01), apply('Exp')],
  'divides by the picture': [planar, half, under('Div', 1)],
  'adds the picture to itself': [planar, half, ({ builder }, value) => builder.emit('Add', [value, value])],
  'differs from column to column': [
    planar,
    half,
    (steps, value) =>
      steps.builder.emit('Mul', [
        value,
        steps.numbers(
          Array.from({ length: 10 }, (_, index) => index),
          [10],
        ),
      ]),
  ],
  'makes bytes of it again': [
    planar,
    half,
    ({ builder }, value) => builder.emit('Cast', [value], { to: integer(onnxDatatypes.uint8) }),
  ],
  'computes with the bytes': [({ builder }, value) => builder.emit('Add', [value, value]), planar, half],
  'takes every second row': [planar, half, cut({ starts: [0], ends: [12], axes: [2], steps: [2] })],
  'turns the picture upside down': [planar, half, cut({ starts: [-1], ends: [-99], axes: [2], steps: [-1] })],
  'shows a channel twice': [planar, half, picked(1, 0, 0, 1)],
  'leaves a channel out': [planar, half, cut({ starts: [0], ends: [2], axes: [1] })],
  'changes rows and columns': [planar, half, turned(0, 1, 3, 2)],
  'lays the numbers out in another form': [planar, half, reshaped(1, 3, 120)],
  'averages the picture': [
    planar,
    half,
    ({ builder }, value) =>
      builder.emit('ReduceMean', [value, builder.integers([2])], { keepdims: integer(1) }),
  ],
};

describe('extractResampling', () => {
  for (const [what, chain] of Object.entries(suited)) {
    it(`takes ${what}`, async () => {
      await isTheSame(preparation(...chain));
    });
  }

  for (const [what, chain] of Object.entries(unsuited)) {
    it(`leaves a preparation to its module that ${what}`, () => {
      expect(extractResampling(preparation(...chain))).to.equal(undefined);
    });
  }

  it('leaves greyscale pictures to their module', () => {
    const steps = new Steps(1);
    const value = planar(steps, steps.pixels);
    expect(extractResampling(steps.builder.finish([{ name: 'prepared', value }]))).to.equal(undefined);
  });

  it('leaves a preparation to its module that does not end in the picture', () => {
    const steps = new Steps();
    expect(extractResampling(steps.builder.finish([{ name: 'prepared', value: steps.sides() }]))).to.equal(
      undefined,
    );
  });
});
