/** The order of the passes, for a graph on tensors and for the two graphs of a picture program. */
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { cancelTransposes, chooseInputLayout, chooseLayout } from './choose-layout.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { fuseConvolutions } from './fuse-convolutions.ts';
import { gatherRows } from './gather-rows.ts';
import { hardenSigmoids } from './harden-sigmoids.ts';
import { normaliseChannels } from './normalise-channels.ts';
import { padInsidePools } from './pad-inside-pools.ts';
import { poolGlobally } from './pool-globally.ts';
import { rebuild } from './rebuild.ts';
import { sinkCasts } from './sink-casts.ts';

/** After the layout is settled: fusions see channels-first convolutions only. */
function fuse(graph: OnnxGraph): OnnxGraph {
  const fused = padInsidePools(hardenSigmoids(fuseConvolutions(graph)));
  return eliminateDeadCode(poolGlobally(normaliseChannels(fused)));
}

export function optimise(graph: OnnxGraph): OnnxGraph {
  return fuse(chooseInputLayout(graph));
}

export interface OptimisedPreparation {
  readonly prepare: OnnxGraph;
  /** The same preparation for large pictures, where there is a cheaper one. */
  readonly prepareLarge: OnnxGraph | undefined;
}

export interface OptimisedPicture extends OptimisedPreparation {
  readonly network: OnnxGraph;
}

/** For a network that is compiled already: @param body pixels [H,W,C] → one prepared picture, without a batch axis. */
export function optimisePreparation(body: OnnxGraph): OptimisedPreparation {
  return finishPreparation(cancelTransposes(withBatchAxis(body)));
}

/**
 * @param body pixels [H,W,C] → one prepared picture, without a batch axis; @param network [N,…] → outputs.
 */
export function optimisePicture(body: OnnxGraph, network: OnnxGraph): OptimisedPicture {
  const chosen = chooseLayout(withBatchAxis(body), network);
  return { ...finishPreparation(chosen.prepare), network: fuse(chosen.network) };
}

function withBatchAxis(body: OnnxGraph): OnnxGraph {
  return rebuild(body, {
    rewrite: () => undefined,
    bindOutput: (value, { builder }) => builder.emit('Unsqueeze', [value, builder.integers([0])]),
  });
}

function finishPreparation(graph: OnnxGraph): OptimisedPreparation {
  const prepare = sinkCasts(eliminateDeadCode(fuseConvolutions(graph)));
  return { prepare, prepareLarge: gatherRows(prepare) };
}
