/** Moves transposes down through the graph until they meet their opposite and vanish: channels-last becomes channels-first. */
import { integersAttribute, type OnnxGraph, type OnnxNode } from '../onnx/onnx-graph.ts';
import { inverse, isReshape } from './permutation.ts';
import { rebuild, type Rebuilding } from './rebuild.ts';
import { sinkRules } from './sink-rules.ts';
import { Views } from './transposed-views.ts';

/**
 * Every node that reads a transposed view computes on the view's source instead and transposes its own result, which
 * the next node looks through in turn; the transposes that nobody reads any more are dead code.
 */
export function sinkTransposes(graph: OnnxGraph): OnnxGraph {
  let views: Views | undefined;
  return rebuild(graph, {
    rewrite: (node, inputs, state) => {
      views ??= new Views(state);
      const value = rewriteNode(node, inputs, { state, views });
      const view = value === undefined ? undefined : views.of(value);
      const shape = graph.types.get(node.outputs[0] ?? '')?.shape;
      if (view !== undefined && shape !== undefined) {
        // Sizes that only lowering could know belong to the source as well.
        state.builder.refine(
          view.source,
          inverse(view.permutation).map((axis) => shape[axis] ?? null),
        );
      }
      return value;
    },
  });
}

function rewriteNode(
  node: OnnxNode,
  inputs: readonly string[],
  { state, views }: { state: Rebuilding; views: Views },
): string | undefined {
  const [first = ''] = inputs;
  if (node.operator === 'Transpose') {
    const permutation = integersAttribute(node.attributes, 'perm');
    return permutation && views.transposed(first, permutation);
  }
  const view = views.of(first);
  if (node.operator === 'Reshape' && view !== undefined) {
    const shape = state.builder.typeOf(view.source).shape;
    if (shape === undefined || !isReshape(view.permutation, shape)) return undefined;
    return copiesSizes(state, inputs[1] ?? '')
      ? undefined
      : state.builder.emit('Reshape', [view.source, ...inputs.slice(1)], node.attributes);
  }
  const rule = sinkRules.get(node.operator);
  return rule?.({ node, inputs, builder: state.builder, views });
}

/** A 0 in a reshape copies a size by position, which the source has elsewhere. */
function copiesSizes(state: Rebuilding, target: string): boolean {
  const constant = state.builder.constantOf(target);
  return constant !== undefined && Array.from<number | bigint, number>(constant.elements, Number).includes(0);
}
