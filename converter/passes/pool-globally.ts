/** Writes a mean over a picture's height and width as global pooling, which the run time computes in its own layout. */
import { integerAttribute, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { numbersOf } from '../onnx/constants.ts';
import { rebuild } from './rebuild.ts';

export function poolGlobally(graph: OnnxGraph): OnnxGraph {
  return rebuild(graph, {
    rewrite: (node, [first = '', axesValue = ''], { builder }) => {
      if (node.operator !== 'ReduceMean' || builder.typeOf(first).shape?.length !== 4) return undefined;
      const axes = builder.constantOf(axesValue);
      const isSpatial = axes !== undefined && numbersOf(axes).sort().join() === '2,3';
      if (!isSpatial) return undefined;
      const pooled = builder.emit('GlobalAveragePool', [first]);
      return integerAttribute(node.attributes, 'keepdims', 1) === 1
        ? pooled
        : builder.emit('Squeeze', [pooled, builder.integers([2, 3])]);
    },
  });
}
