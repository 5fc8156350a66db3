/** A mean over height and width becomes global pooling, with the same numbers, and no other mean does. */
import { expect } from 'chai';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { integer, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { eliminateDeadCode } from '../../../../converter/passes/eliminate-dead-code.ts';
import { poolGlobally } from '../../../../converter/passes/pool-globally.ts';
import { operatorsOf, randomPixels, runOnPictures } from './picture-runs.ts';

/** Pixels [H,W,3] as [1,H,W,3] numbers, and their mean over some axes. */
function meanOver(axes: readonly number[], keepdims: number): OnnxGraph {
  const builder = new GraphBuilder();
  const pixels = builder.input('pixels', { datatype: 'uint8', shape: [null, null, 3] });
  const batched = builder.emit('Unsqueeze', [builder.cast(pixels, 'float32'), builder.integers([0])]);
  const value = builder.emit('ReduceMean', [batched, builder.integers(axes)], {
    keepdims: integer(keepdims),
  });
  return builder.finish([{ name: 'mean', value }]);
}

const pictures = [randomPixels(3, [4, 6, 3]), randomPixels(4, [1, 7, 3])];

async function pooled(graph: OnnxGraph): Promise<readonly string[]> {
  const result = eliminateDeadCode(poolGlobally(graph));
  const [expected, given] = [await runOnPictures(graph, pictures), await runOnPictures(result, pictures)];
  for (const [index, { shape, numbers }] of expected.entries()) {
    expect(given[index]?.shape).to.deep.equal(shape);
    for (const [at, number] of numbers.entries())
      expect(given[index]?.numbers[at]).to.be.closeTo(number, 1e-3);
  }
  return operatorsOf(result);
}

describe('poolGlobally', () => {
  for (const axes of [
    [2, 3],
    [-1, -2],
  ]) {
    for (const keepdims of [0, 1]) {
      it(`pools a mean over the axes ${axes.join(' and ')}, ${keepdims === 1 ? 'kept' : 'dropped'}`, async () => {
        const operators = await pooled(meanOver(axes, keepdims));
        expect(operators).to.include('GlobalAveragePool').and.not.include('ReduceMean');
        expect(operators.includes('Squeeze')).to.equal(keepdims === 0);
      });
    }
  }

  for (const axes of [[1, 2], [3], [1, 2, 3]]) {
    it(`leaves a mean over ${axes.join(', ')} as it is`, async () => {
      expect(await pooled(meanOver(axes, 1))).to.include('ReduceMean');
    });
  }
});

describe('eliminateDeadCode', () => {
  it('drops nodes and constants without a reader, and keeps the outputs', () => {
    const builder = new GraphBuilder();
    const pixels = builder.input('pixels', { datatype: 'uint8', shape: [null, null, 3] });
    const unread = builder.emit('Transpose', [pixels]);
    builder.emit('Unsqueeze', [unread, builder.integers([0])]);
    const axes = builder.integers([1]);
    const value = builder.emit('Unsqueeze', [pixels, axes]);
    const graph = eliminateDeadCode(builder.finish([{ name: 'out', value }]));
    expect(operatorsOf(graph)).to.deep.equal(['Unsqueeze']);
    expect([...graph.constants.keys()]).to.deep.equal([axes]);
    expect(graph.outputs).to.deep.equal([{ name: 'out', value }]);
  });
});
