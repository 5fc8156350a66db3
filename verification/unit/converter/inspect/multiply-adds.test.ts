/** Multiplications are counted as one does by hand. */
import { expect } from 'chai';
import { countMultiplyAdds } from '../../../../converter/inspect/multiply-adds.ts';
import { integer, integers, type OnnxGraph, type OnnxNode } from '../../../../converter/onnx/onnx-graph.ts';
import { floats } from '../architectures/tiny-checkpoint.ts';

const zeros = (...shape: number[]) => floats(shape, () => 0);

/** Nodes in a chain from `x`; each takes further inputs by name. */
function chain(
  shape: readonly (number | null)[],
  nodes: readonly (readonly [
    operator: string,
    more: readonly string[],
    attributes?: OnnxNode['attributes'],
  ])[],
  constants: Readonly<Record<string, ReturnType<typeof zeros>>> = {},
): OnnxGraph {
  return {
    inputs: [{ name: 'x', type: { datatype: 'float32', shape } }],
    outputs: [{ name: 'y', value: `v${nodes.length}` }],
    nodes: nodes.map(([operator, more, attributes = {}], index) => ({
      operator,
      inputs: [index === 0 ? 'x' : `v${index}`, ...more],
      outputs: [`v${index + 1}`],
      attributes,
      origin: '',
    })),
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
}

const window = { kernel_shape: integers([3, 3]), pads: integers([1, 1, 1, 1]), strides: integers([2, 2]) };

describe('counting multiply-adds', () => {
  it('of a convolution: every output times the weights of one filter', () => {
    // 8 filters of 3 × 3 × 3 on 5 × 5 places.
    const graph = chain([null, 3, 9, 9], [['Conv', ['w'], window]], { w: zeros(8, 3, 3, 3) });
    expect(countMultiplyAdds(graph)).to.deep.equal({ count: 8 * 5 * 5 * 27, unknown: 0 });
  });

  it('of a depthwise convolution: one channel a filter', () => {
    const graph = chain([1, 4, 9, 9], [['Conv', ['w'], { ...window, group: integer(4) }]], {
      w: zeros(4, 1, 3, 3),
    });
    expect(countMultiplyAdds(graph).count).to.equal(4 * 5 * 5 * 9);
  });

  it('of a head as PyTorch exports it: pooling, flattening, Gemm with transposed weights', () => {
    const graph = chain(
      [null, 16, 7, 7],
      [
        ['GlobalAveragePool', []],
        ['Flatten', []],
        ['Gemm', ['w', 'b'], { transB: integer(1) }],
      ],
      { w: zeros(10, 16), b: zeros(10) },
    );
    expect(countMultiplyAdds(graph)).to.deep.equal({ count: 160, unknown: 0 });
  });

  it('of a matrix product with several rows, for one row of the batch', () => {
    const graph = chain([null, 6, 5], [['MatMul', ['w']]], { w: zeros(5, 4) });
    expect(countMultiplyAdds(graph).count).to.equal(6 * 5 * 4);
  });

  it('of a quantised convolution, whose weights are the fourth input', () => {
    const graph = chain([1, 3, 9, 9], [['QLinearConv', ['s', 'z', 'w', 's', 'z', 's', 'z'], window]], {
      w: zeros(8, 3, 3, 3),
      s: zeros(),
      z: zeros(),
    });
    expect(countMultiplyAdds(graph)).to.deep.equal({ count: 8 * 5 * 5 * 27, unknown: 0 });
  });

  it('says how many it cannot count', () => {
    const graph = chain(
      [null, 16],
      [
        ['Mystery', []],
        ['MatMul', ['w']],
      ],
      { w: zeros(16, 2) },
    );
    expect(countMultiplyAdds(graph)).to.deep.equal({ count: 0, unknown: 1 });
  });
});
