/** The nodes of a TensorFlow graph that its signatures need, functions included, each once. */
import type {
  AttributeValue,
  TensorFlowGraph,
  TensorFlowNode,
} from '../readers/saved-model/tensorflow-graph.ts';

/** What saving, restoring and training need is left out. */
export function reachedNodes(
  graph: TensorFlowGraph,
  references: readonly string[],
): readonly TensorFlowNode[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const reached = new Set<TensorFlowNode>();
  const functions = new Set<string>();
  const pending: (TensorFlowNode | undefined)[] = references.map((reference) =>
    byName.get(nodeOf(reference)),
  );
  while (pending.length > 0) {
    const node = pending.pop();
    if (node === undefined || reached.has(node)) continue;
    reached.add(node);
    // Inside of a function the names are those of its own nodes, which are all taken at once.
    if (byName.get(node.name) === node)
      pending.push(...node.inputs.map((input) => byName.get(nodeOf(input))));
    for (const name of [...node.attributes.values()].flatMap(functionsIn)) {
      if (functions.has(name)) continue;
      functions.add(name);
      pending.push(...(graph.functions.get(name)?.nodes ?? []));
    }
  }
  return [...reached];
}

/** Of `name`, `name:1` and `^name`. */
function nodeOf(reference: string): string {
  return reference.replace(/^\^/, '').split(':', 1)[0] ?? '';
}

function functionsIn(attribute: AttributeValue): readonly string[] {
  if (attribute.kind === 'function') return [attribute.value];
  return attribute.kind === 'list' ? attribute.functions : [];
}
