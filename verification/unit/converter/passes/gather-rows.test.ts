/** A preparation that widens and resizes only the rows it needs gives the numbers of the plain one. */
import { expect } from 'chai';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import {
  integer,
  integers,
  text,
  type OnnxAttributes,
  type OnnxGraph,
} from '../../../../converter/onnx/onnx-graph.ts';
import { gatherRows } from '../../../../converter/passes/gather-rows.ts';
import { operatorsOf, randomPixels, runOnPictures } from './picture-runs.ts';

const float32 = 1;

interface Preparation {
  readonly attributes?: OnnxAttributes;
  /** Values of [1, 3, height, width]; half of the picture's own sizes when absent. */
  readonly sizes?: readonly number[];
  /** Something between the pixels and the resize. */
  readonly between?: (builder: GraphBuilder, value: string) => string;
}

const bilinear = (coordinates: string): OnnxAttributes => ({
  mode: text('linear'),
  coordinate_transformation_mode: text(coordinates),
});

/** Pixels [H,W,3] → float32 [1,3,h,w], halved and shifted, as a preparation for a network ends. */
function preparation({ attributes = bilinear('half_pixel'), sizes, between }: Preparation): OnnxGraph {
  const builder = new GraphBuilder();
  const pixels = builder.input('pixels', { datatype: 'uint8', shape: [null, null, 3] });
  const wide = builder.emit('Cast', [pixels], { to: integer(float32) });
  const batched = builder.emit('Unsqueeze', [wide, builder.integers([0])]);
  const turned = builder.emit('Transpose', [batched], { perm: integers([0, 3, 1, 2]) });
  const source = between?.(builder, turned) ?? turned;
  const target = sizes === undefined ? halfOf(builder, pixels) : builder.integers(sizes);
  const resized = builder.emit('Resize', [source, '', '', target], attributes);
  const scale = builder.constant(constantOf('float32', [], [0.5]));
  return builder.finish([{ name: 'prepared', value: builder.emit('Mul', [resized, scale]) }]);
}

function halfOf(builder: GraphBuilder, pixels: string): string {
  const shape = builder.emit('Shape', [pixels]);
  const sides = builder.emit('Slice', [shape, builder.integers([0]), builder.integers([2])]);
  const halves = builder.emit('Div', [
    builder.emit('Add', [sides, builder.integers([1])]),
    builder.integers([2]),
  ]);
  return builder.emit('Concat', [builder.integers([1, 3]), halves], { axis: integer(0) });
}

function gathered(graph: OnnxGraph): OnnxGraph {
  const result = gatherRows(graph);
  if (result === undefined) throw new Error('this resize has rows to choose');
  return result;
}

const pictures = [
  [40, 30],
  [7, 9],
  [2, 50],
  [1, 1],
  [33, 8],
].map(([height = 1, width = 1], seed) => randomPixels(seed + 1, [height, width, 3]));

async function isTheSame(graph: OnnxGraph): Promise<void> {
  const [expected, given] = [
    await runOnPictures(graph, pictures),
    await runOnPictures(gathered(graph), pictures),
  ];
  for (const [index, { shape, numbers }] of expected.entries()) {
    expect(given[index]?.shape).to.deep.equal(shape);
    const differences = numbers.map((number, at) => Math.abs(number - (given[index]?.numbers[at] ?? NaN)));
    // Of 127.5; the run time multiplies by four weights where the rows are blended one after the other.
    expect(Math.max(...differences), `picture ${index}`).to.be.below(1e-3);
  }
}

describe('gatherRows', () => {
  for (const coordinates of ['half_pixel', 'asymmetric']) {
    for (const [what, sizes] of [
      ['down', [1, 3, 5, 4]],
      ['up', [1, 3, 61, 73]],
      ['to one row', [1, 3, 1, 6]],
      ['in one direction only', [1, 3, 40, 3]],
    ] as const) {
      it(`changes no numbers of a resize ${what}, ${coordinates}`, async () => {
        await isTheSame(preparation({ attributes: bilinear(coordinates), sizes }));
      });
    }

    it(`changes no numbers when the sizes follow from the picture, ${coordinates}`, async () => {
      await isTheSame(preparation({ attributes: bilinear(coordinates) }));
    });
  }

  it('chooses the rows while they are bytes, before anything touches them', () => {
    const graph = gathered(preparation({ sizes: [1, 3, 5, 4] }));
    const users = graph.nodes.filter(({ inputs }) => inputs.includes('pixels'));
    expect(users.map(({ operator }) => operator).sort()).to.deep.equal(['Gather', 'Shape']);
    const isAfterTheRows = operatorsOf(graph).indexOf('Transpose') > operatorsOf(graph).indexOf('Gather');
    expect(isAfterTheRows).to.equal(true);
  });

  const unsuited: Readonly<Record<string, Preparation>> = {
    'a resize that takes the nearest pixel': {
      attributes: { ...bilinear('asymmetric'), mode: text('nearest') },
    },
    'a resize whose corners are aligned': { attributes: bilinear('align_corners') },
    'a resize that smooths before': { attributes: { ...bilinear('half_pixel'), antialias: integer(1) } },
    'a resize of what was computed from several rows': {
      between: (builder, value) =>
        builder.emit('MaxPool', [value], { kernel_shape: integers([2, 2]), pads: integers([0, 0, 1, 1]) }),
    },
    'a resize of something other than the pixels': {
      sizes: [1, 3, 4, 4],
      between: (builder) => builder.constant(constantOf('float32', [1, 3, 2, 2], Array<number>(12).fill(1))),
    },
  };
  for (const [what, options] of Object.entries(unsuited)) {
    it(`leaves ${what} alone`, () => {
      expect(gatherRows(preparation({ sizes: [1, 3, 5, 4], ...options }))).to.equal(undefined);
    });
  }

  it('leaves a preparation without a resize alone', () => {
    const builder = new GraphBuilder();
    const pixels = builder.input('pixels', { datatype: 'uint8', shape: [null, null, 3] });
    const value = builder.emit('Cast', [pixels], { to: integer(float32) });
    expect(gatherRows(builder.finish([{ name: 'prepared', value }]))).to.equal(undefined);
  });
});
