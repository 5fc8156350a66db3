/** Decides whether prepared pictures travel channels-first, and rewrites both graphs to agree. */
import { integers, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { inverse, type Permutation } from './permutation.ts';
import { rebuild } from './rebuild.ts';
import { sinkTransposes } from './sink-transposes.ts';

const channelsFirst: Permutation = [0, 3, 1, 2];

const transposeCount = (graph: OnnxGraph): number =>
  graph.nodes.filter(({ operator }) => operator === 'Transpose').length;

/** Cancels transposes until nothing more moves. */
export function cancelTransposes(graph: OnnxGraph): OnnxGraph {
  return eliminateDeadCode(sinkTransposes(graph));
}

/**
 * Hands the network its pictures in the layout that leaves it fewer transposes.
 *
 * @param prepare one output [1,…]; @param network one input [N,…] that takes it.
 */
export function chooseLayout(
  prepare: OnnxGraph,
  network: OnnxGraph,
): { prepare: OnnxGraph; network: OnnxGraph } {
  const kept = { prepare: cancelTransposes(prepare), network: cancelTransposes(network) };
  if (network.inputs[0]?.type.shape?.length !== 4) return kept;
  const turnedNetwork = cancelTransposes(
    rebuild(network, {
      rewrite: () => undefined,
      bindInput: ({ name, type }, { builder }) => {
        const shape = channelsFirst.map((axis) => type.shape?.[axis] ?? null);
        const input = builder.input(name, { datatype: type.datatype, shape });
        return builder.emit('Transpose', [input], { perm: integers(inverse(channelsFirst)) });
      },
    }),
  );
  if (transposeCount(turnedNetwork) >= transposeCount(kept.network)) return kept;
  const turnedPrepare = rebuild(prepare, {
    rewrite: () => undefined,
    bindOutput: (value, { builder }) => builder.emit('Transpose', [value], { perm: integers(channelsFirst) }),
  });
  return { prepare: cancelTransposes(turnedPrepare), network: turnedNetwork };
}
