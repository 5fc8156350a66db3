/** Moving bytes before widening them gives the numbers of the graph in which they were widened first. */
import { expect } from 'chai';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { integer, integers, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { sinkCasts } from '../../../../converter/passes/sink-casts.ts';
import { operatorsOf, randomPixels, runOnPictures } from './picture-runs.ts';

const [float32, int32] = [1, 6];

/** A graph on pixels [H,W,3] whose one output the test makes. */
function graphOf(make: (builder: GraphBuilder, pixels: string) => string): OnnxGraph {
  const builder = new GraphBuilder();
  const pixels = builder.input('pixels', { datatype: 'uint8', shape: [null, null, 3] });
  return builder.finish([{ name: 'prepared', value: make(builder, pixels) }]);
}

const half = (builder: GraphBuilder, value: string): string =>
  builder.emit('Mul', [value, builder.constant(constantOf('float32', [], [0.5]))]);

const pictures = [randomPixels(1, [6, 5, 3]), randomPixels(2, [4, 4, 3])];

async function sunk(graph: OnnxGraph): Promise<readonly string[]> {
  const result = sinkCasts(graph);
  expect(await runOnPictures(result, pictures)).to.deep.equal(await runOnPictures(graph, pictures));
  return operatorsOf(result);
}

describe('sinkCasts', () => {
  it('widens below every move that follows the cast', async () => {
    const graph = graphOf((builder, pixels) => {
      const wide = builder.emit('Cast', [pixels], { to: integer(float32) });
      const some = builder.emit('Slice', [
        wide,
        builder.integers([1]),
        builder.integers([4]),
        builder.integers([0]),
      ]);
      const rows = builder.emit('Gather', [some, builder.integers([2, 0])], { axis: integer(0) });
      const batched = builder.emit('Unsqueeze', [rows, builder.integers([0])]);
      const turned = builder.emit('Transpose', [batched], { perm: integers([0, 3, 1, 2]) });
      return half(builder, builder.emit('Squeeze', [turned, builder.integers([0])]));
    });
    expect(await sunk(graph)).to.deep.equal([
      'Slice',
      'Gather',
      'Unsqueeze',
      'Transpose',
      'Squeeze',
      'Cast',
      'Mul',
    ]);
  });

  it('serves a second reader of the cast as well', async () => {
    const graph = graphOf((builder, pixels) => {
      const wide = builder.emit('Cast', [pixels], { to: integer(float32) });
      const turned = builder.emit('Transpose', [wide], { perm: integers([2, 0, 1]) });
      const back = builder.emit('Transpose', [half(builder, turned)], { perm: integers([1, 2, 0]) });
      return builder.emit('Sub', [back, wide]);
    });
    expect(await sunk(graph)).to.include.members(['Cast', 'Sub']);
  });

  it('stops at arithmetic, which bytes cannot do', async () => {
    const graph = graphOf((builder, pixels) => {
      const wide = half(builder, builder.emit('Cast', [pixels], { to: integer(float32) }));
      return builder.emit('Transpose', [wide], { perm: integers([2, 0, 1]) });
    });
    expect(await sunk(graph)).to.deep.equal(['Cast', 'Mul', 'Transpose']);
  });

  it('leaves casts alone that do not widen bytes to floats', async () => {
    const graph = graphOf((builder, pixels) => {
      const whole = builder.emit('Cast', [pixels], { to: integer(int32) });
      return builder.emit('Transpose', [whole], { perm: integers([2, 0, 1]) });
    });
    expect(await sunk(graph)).to.deep.equal(['Cast', 'Transpose']);
  });
});
