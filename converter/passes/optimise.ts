/** The order of the passes, for a graph on tensors and for the two graphs of a picture program. */
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { chooseInputLayout, chooseLayout } from './choose-layout.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { fuseConvolutions } from './fuse-convolutions.ts';
import { gatherRows } from './gather-rows.ts';
import { normaliseChannels } from './normalise-channels.ts';
import { poolGlobally } from './pool-globally.ts';
import { rebuild } from './rebuild.ts';
import { sinkCasts } from './sink-casts.ts';

/** After the layout is settled: fusions see channels-first convolutions only. */
function fuse(graph: OnnxGraph): OnnxGraph {
  return eliminateDeadCode(poolGlobally(normaliseChannels(fuseConvolutions(graph))));
}

export function optimise(graph: OnnxGraph): OnnxGraph {
  return fuse(chooseInputLayout(graph));
}

export interface OptimisedPicture {
  readonly prepare: OnnxGraph;
  /** The same preparation for large pictures, where there is a cheaper one. */
  readonly prepareLarge: OnnxGraph | undefined;
  readonly network: OnnxGraph;
}

/**
 * @param body pixels [H,W,C] → one prepared picture, without a batch axis; @param network [N,…] → outputs.
 */
export function optimisePicture(body: OnnxGraph, network: OnnxGraph): OptimisedPicture {
  const batched = rebuild(body, {
    rewrite: () => undefined,
    bindOutput: (value, { builder }) => builder.emit('Unsqueeze', [value, builder.integers([0])]),
  });
  const chosen = chooseLayout(batched, network);
  const prepare = sinkCasts(eliminateDeadCode(fuseConvolutions(chosen.prepare)));
  return { prepare, prepareLarge: gatherRows(prepare), network: fuse(chosen.network) };
}
