/** Writes a mean over a picture's height and width as global pooling, which the run time computes in its own layout. */
import { integerAttribute, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { numbersOf } from '../onnx/constants.ts';
import { normaliseAxis } from '../onnx/movement.ts';
import { rebuild } from './rebuild.ts';

export function poolGlobally(graph: OnnxGraph): OnnxGraph {
  return rebuild(graph, {
    rewrite: (node, [first = '', axesValue = ''], { builder }) => {
      const { datatype, shape } = builder.typeOf(first);
      if (node.operator !== 'ReduceMean' || datatype !== 'float32' || shape?.length !== 4) return undefined;
      const axes = builder.constantOf(axesValue);
      const reduced = new Set(axes && numbersOf(axes).map((axis) => normaliseAxis(axis, 4)));
      if (reduced.size !== 2 || !reduced.has(2) || !reduced.has(3)) return undefined;
      const pooled = builder.emit('GlobalAveragePool', [first]);
      return integerAttribute(node.attributes, 'keepdims', 1) === 1
        ? pooled
        : builder.emit('Squeeze', [pooled, builder.integers([2, 3])]);
    },
  });
}
