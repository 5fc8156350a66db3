/** Nodes that decode and prepare every picture of a batch: strings [N] in, the network's numbers out. */
import { boolean, functionNamed, integer, shapes, type, types } from './attributes.ts';
import type { GraphNodes } from './graph-nodes.ts';
import { loopBody, loopCondition, loopState } from './picture-functions.ts';

/** As many turns as may run at once. */
const parallelTurns = 10;

/** @param contents name of a string tensor [N]; @returns name of a float32 tensor [N, size, size, 3]. */
export function addPictureLoop(graph: GraphNodes, contents: string, size: number): string {
  const shape = graph.add('pictures/shape', 'Shape', [contents], {
    T: type('string'),
    out_type: type('int32'),
  });
  const zero = graph.integers('pictures/zero', 0);
  const count = graph.add('pictures/count', 'GatherV2', [shape, zero, zero], {
    Tparams: type('int32'),
    Tindices: type('int32'),
    Taxis: type('int32'),
    batch_dims: integer(0),
  });
  const scalar = graph.integers('pictures/scalar', []);
  const list = graph.add('pictures/contents', 'TensorListFromTensor', [contents, scalar], {
    element_dtype: type('string'),
    shape_type: type('int32'),
  });
  const square = graph.integers('pictures/square', [size, size, 3]);
  const reserved = graph.add('pictures/reserved', 'TensorListReserve', [square, count], {
    element_dtype: type('float32'),
    shape_type: type('int32'),
  });
  const loop = graph.add('pictures/loop', 'StatelessWhile', [zero, count, list, reserved], {
    T: types(loopState.map(({ datatype }) => datatype)),
    cond: functionNamed(loopCondition),
    body: functionNamed(loopBody),
    output_shapes: shapes(loopState.map(() => [])),
    parallel_iterations: integer(parallelTurns),
    // Turns then run beside each other, which functional loops do not.
    _lower_using_switch_merge: boolean(true),
  });
  return graph.add('pictures/stacked', 'TensorListStack', [`${loop}:3`, square], {
    element_dtype: type('float32'),
    num_elements: integer(-1),
  });
}
