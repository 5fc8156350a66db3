/** Drops nodes and constants that no output needs. */
import type { OnnxGraph } from '../onnx/onnx-graph.ts';

export function eliminateDeadCode(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ value }) => value));
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return {
    ...graph,
    nodes: nodes.reverse(),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
  };
}
