/** Graphs that cannot be lowered are refused by name, and none of them may take the machine's memory. */
import { expect } from 'chai';
import { FunctionFlattener } from '../../../../converter/graph/flatten-functions.ts';
import { lowerGraph } from '../../../../converter/lowering/lower-graph.ts';
import type { OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { optimise } from '../../../../converter/passes/optimise.ts';
import type {
  AttributeValue,
  TensorFlowNode,
} from '../../../../converter/readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { constant, floatConstant, graphOf, integerConstant, node } from '../graph/made-up-graph.ts';
import { constantOf } from '../../../../converter/onnx/constants.ts';

function lowered(
  nodes: readonly TensorFlowNode[],
  shape: readonly (number | null)[] = [null, 4, 4, 2],
): OnnxGraph {
  const flattener = new FunctionFlattener(graphOf([node('Placeholder', 'x'), ...nodes]));
  const output = { name: 'output', reference: flattener.resolve('y:0') };
  const input = {
    name: 'x',
    reference: { node: 'x', index: 0 },
    type: { datatype: 'float32', shape },
  } as const;
  return lowerGraph({ nodes: flattener.nodes, inputs: [input], outputs: [output], variables: new Map() });
}

const text = (value: string): AttributeValue => ({ kind: 'string', value });
const flag = (value: boolean): AttributeValue => ({ kind: 'boolean', value });
const list = (integers: readonly number[]): AttributeValue => ({
  kind: 'list',
  integers,
  strings: [],
  floats: [],
  booleans: [],
  types: [],
  shapes: [],
  functions: [],
});

const billion = integerConstant('billion', [1_000, 1_000, 1_000]);

describe('the lowering', () => {
  const refusals: readonly (readonly [what: string, nodes: readonly TensorFlowNode[], sentence: RegExp])[] = [
    [
      'an unknown operation',
      [node('Cholesky', 'y', ['x'])],
      /operation Cholesky \(node y\).*TensorFlow Serving/,
    ],
    ['a missing node', [node('Relu', 'y', ['gone'])], /does not exist: gone/],
    ['an output nobody has', [node('Relu', 'y', ['x:3'])], /output 3 of x|placeholder x/],
    ['a missing input', [node('MatMul', 'y', ['x'])], /MatMul \(node y\) lacks input 1/],
    [
      'a circle',
      [node('AddV2', 'y', ['x', 'z']), node('Relu', 'z', ['y'])],
      /loops through node [yz];.*TensorFlow Serving/,
    ],
    [
      'a branch at run time',
      [node('Switch', 's', ['x', 'x']), node('Merge', 'y', ['s', 's:1'])],
      /operation Switch \(node s\)/,
    ],
    ['a constant without a value', [node('Const', 'y')], /constant y has no value/],
    [
      'training',
      [floatConstant('v', [2]), node('FusedBatchNormV3', 'y', ['x', 'v', 'v', 'v', 'v'])],
      /normalises by the batch/,
    ],
    [
      'a third layout',
      [
        floatConstant('w', [1, 1, 2, 2]),
        node('Conv2D', 'y', ['x', 'w'], { data_format: text('NCHW_VECT_C') }),
      ],
      /Conv2D \(node y\) uses the layout NCHW_VECT_C/,
    ],
    [
      'a pooling over the batch',
      [node('MaxPool', 'y', ['x'], { ksize: list([2, 1, 1, 1]), strides: list([1, 1, 1, 1]) })],
      /MaxPool \(node y\) has ksize along the batch/,
    ],
    [
      'a sparse window on pictures of any size',
      [
        floatConstant('w', [3, 3, 2, 2]),
        node('Conv2D', 'y', ['z', 'w'], {
          strides: list([1, 2, 2, 1]),
          dilations: list([1, 2, 2, 1]),
          padding: text('SAME'),
        }),
        integerConstant('sizes', [5, 5]),
        node('Shape', 'shape', ['x']),
        node('Fill', 'z', ['shape', 'one']),
        constant('one', constantOf('float32', [], [1])),
      ],
      /pads a picture of unknown size/,
    ],
  ];
  for (const [what, nodes, sentence] of refusals) {
    it(`refuses ${what}`, () => {
      const shape = what.startsWith('a sparse') ? [null, null, null, 2] : undefined;
      expect(() => lowered(nodes, shape)).to.throw(UnsupportedModel, sentence);
    });
  }

  const scalar = constant('scalar', constantOf('float32', [], [1]));
  const doubling = Array.from({ length: 40 }, (_, index) =>
    node('ConcatV2', index === 39 ? 'y' : `d${index}`, [
      index === 0 ? 'start' : `d${index - 1}`,
      index === 0 ? 'start' : `d${index - 1}`,
      'axis',
    ]),
  );
  const bombs: Readonly<Record<string, readonly TensorFlowNode[]>> = {
    Fill: [scalar, billion, node('Fill', 'y', ['billion', 'scalar'])],
    Tile: [floatConstant('small', [1, 1, 1]), billion, node('Tile', 'y', ['small', 'billion'])],
    BroadcastTo: [scalar, billion, node('BroadcastTo', 'y', ['scalar', 'billion'])],
    'a broadcast sum': [
      floatConstant('column', [60_000, 1]),
      floatConstant('row', [1, 60_000]),
      node('AddV2', 'y', ['column', 'row']),
    ],
    'forty doublings': [floatConstant('start', [1_000]), integerConstant('axis', [0], []), ...doubling],
    'a hundred copies of a large weight': [
      floatConstant('weight', [1_000, 1_000]),
      integerConstant('swap', [1, 0]),
      ...Array.from({ length: 100 }, (_, index) =>
        node('Transpose', index === 99 ? 'y' : `t${index}`, [
          index === 0 ? 'weight' : `t${index - 1}`,
          'swap',
        ]),
      ),
    ],
    'a product of large weights': [
      floatConstant('column', [1_000_000, 1]),
      floatConstant('row', [1, 1_000_000]),
      node('MatMul', 'y', ['column', 'row']),
    ],
  };
  for (const [what, nodes] of Object.entries(bombs)) {
    it(`refuses constants that outgrow the model: ${what}`, () => {
      const before = process.memoryUsage().rss;
      expect(() => lowered(nodes)).to.throw(UnsupportedModel, /constants far larger than its weights/);
      expect(process.memoryUsage().rss - before).to.be.below(700 * 1024 * 1024);
    });
  }

  it('counts a long range out at run time', () => {
    const [start, limit, step] = [0, 1e9, 1].map((value, index) =>
      constant(`r${index}`, constantOf('int32', [], [value])),
    );
    if (!start || !limit || !step) throw new Error('three constants were made');
    const graph = lowered([start, limit, step, node('Range', 'y', ['r0', 'r1', 'r2'])]);
    expect(graph.nodes.map(({ operator }) => operator)).to.include('Range');
  });

  it('folds an integer division by zero into nothing, and leaves it to the run time', () => {
    const graph = lowered([
      integerConstant('one', [1]),
      integerConstant('zero', [0]),
      node('FloorDiv', 'y', ['one', 'zero']),
    ]);
    expect(graph.nodes.length).to.be.greaterThan(0);
  });

  it('lowers a hundred thousand nodes in a row without recursion', function () {
    this.timeout(20_000);
    const nodes = Array.from({ length: 100_000 }, (_, index) =>
      node('Relu', index === 99_999 ? 'y' : `n${index}`, [index === 0 ? 'x' : `n${index - 1}`]),
    );
    expect(lowered(nodes).nodes).to.have.length(100_000);
  });

  it('computes the same channels first as channels last', async () => {
    const weights = constant(
      'w',
      constantOf(
        'float32',
        [3, 3, 2, 3],
        Float32Array.from({ length: 54 }, (_, index) => Math.sin(index)),
      ),
    );
    const vectors = [1, 2, 3, 4].map((seed) =>
      constant(`v${seed}`, constantOf('float32', [3], Float32Array.from([seed, seed + 0.5, seed + 2]))),
    );
    const common = [
      weights,
      ...vectors,
      integerConstant('first', [0, 3, 1, 2]),
      integerConstant('last', [0, 2, 3, 1]),
    ];
    const chain = (format: string, input: string): TensorFlowNode[] => {
      const isFirst = format === 'NCHW';
      const spatial = (size: number) => list(isFirst ? [1, 1, size, size] : [1, size, size, 1]);
      const shared = { data_format: text(format), padding: text('SAME') };
      return [
        node('Conv2D', `${format}c`, [input, 'w'], { ...shared, strides: spatial(1), dilations: spatial(1) }),
        node('BiasAdd', `${format}b`, [`${format}c`, 'v1'], shared),
        node('FusedBatchNormV3', `${format}n`, [`${format}b`, 'v1', 'v2', 'v3', 'v4'], {
          ...shared,
          is_training: flag(false),
        }),
        node('MaxPool', `${format}m`, [`${format}n`], { ...shared, strides: spatial(2), ksize: spatial(3) }),
        node('AvgPool', `${format}a`, [`${format}m`], { ...shared, strides: spatial(1), ksize: spatial(2) }),
      ];
    };
    const graph = lowered([
      ...common,
      ...chain('NHWC', 'x'),
      node('Transpose', 'turned', ['x', 'first']),
      ...chain('NCHW', 'turned'),
      node('Transpose', 'back', ['NCHWa', 'last']),
      node('Sub', 'y', ['NHWCa', 'back']),
    ]);
    const elements = Float32Array.from({ length: 64 }, (_, index) => Math.cos(index * 1.7));
    for (const form of [graph, optimise(graph)]) {
      const session = await openSession(writeOnnx(form, 'test'));
      const answers = await runSession(
        session,
        new Map([['x', { datatype: 'float32', shape: [2, 4, 4, 2], elements }]]),
      );
      const difference = answers.get('output');
      expect(difference?.shape).to.deep.equal([2, 2, 2, 3]);
      expect(
        Math.max(
          ...Array.from<number | bigint, number>(difference?.elements ?? [NaN], (value) =>
            Math.abs(Number(value)),
          ),
        ),
      ).to.be.below(1e-5);
    }
  });
});
