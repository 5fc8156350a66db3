/** The order of the passes, for a graph on tensors and for the two graphs of a picture program. */
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { cancelTransposes, chooseLayout } from './choose-layout.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { fuseConvolutions } from './fuse-convolutions.ts';
import { poolGlobally } from './pool-globally.ts';
import { rebuild } from './rebuild.ts';

/** After the layout is settled: fusions see channels-first convolutions only. */
function fuse(graph: OnnxGraph): OnnxGraph {
  return eliminateDeadCode(poolGlobally(fuseConvolutions(graph)));
}

export function optimise(graph: OnnxGraph): OnnxGraph {
  return fuse(cancelTransposes(graph));
}

/**
 * @param body pixels [H,W,C] → one prepared picture, without a batch axis; @param network [N,…] → outputs.
 */
export function optimisePicture(
  body: OnnxGraph,
  network: OnnxGraph,
): { readonly prepare: OnnxGraph; readonly network: OnnxGraph } {
  const batched = rebuild(body, {
    rewrite: () => undefined,
    bindOutput: (value, { builder }) => builder.emit('Unsqueeze', [value, builder.integers([0])]),
  });
  const chosen = chooseLayout(batched, network);
  return { prepare: fuse(chosen.prepare), network: fuse(chosen.network) };
}
