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

/** The graph with channels-first pictures for its inputs, each turned back at once. */
function withTurnedInputs(graph: OnnxGraph): OnnxGraph {
  return cancelTransposes(
    rebuild(graph, {
      rewrite: () => undefined,
      bindInput: ({ name, type }, { builder }) => {
        if (type.shape?.length !== 4) return builder.input(name, type);
        const shape = channelsFirst.map((axis) => type.shape?.[axis] ?? null);
        const input = builder.input(name, { datatype: type.datatype, shape });
        return builder.emit('Transpose', [input], { perm: integers(inverse(channelsFirst)) });
      },
    }),
  );
}

/**
 * Turns the inputs first thing where that costs no further transpose: what stands before the first convolution
 * (a padding, a scale) then sees the layout that the convolution can take it in with.
 */
export function chooseInputLayout(graph: OnnxGraph): OnnxGraph {
  const kept = cancelTransposes(graph);
  const pictures = graph.inputs.filter(({ type }) => type.shape?.length === 4);
  if (pictures.length === 0) return kept;
  const turned = withTurnedInputs(graph);
  if (transposeCount(turned) + pictures.length > transposeCount(kept)) return kept;
  const types = new Map(pictures.map(({ name, type }) => [name, type]));
  return rebuild(turned, {
    rewrite: () => undefined,
    bindInput: ({ name, type }, { builder }) => {
      const original = types.get(name);
      const input = builder.input(name, original ?? type);
      return original === undefined
        ? input
        : builder.emit('Transpose', [input], { perm: integers(channelsFirst) });
    },
  });
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
  const turnedNetwork = withTurnedInputs(network);
  if (transposeCount(turnedNetwork) >= transposeCount(kept.network)) return kept;
  const turnedPrepare = rebuild(prepare, {
    rewrite: () => undefined,
    bindOutput: (value, { builder }) => builder.emit('Transpose', [value], { perm: integers(channelsFirst) }),
  });
  return { prepare: cancelTransposes(turnedPrepare), network: turnedNetwork };
}
