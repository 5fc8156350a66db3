/** A TensorFlow graph with its function calls written out in place, reduced to what some outputs need. */
import type { AttributeValue } from '../readers/saved-model/tensorflow-graph.ts';

/** One output of one node. */
export interface ValueReference {
  readonly node: string;
  readonly index: number;
}

export interface FlatNode {
  readonly name: string;
  readonly operation: string;
  /** Data inputs only: control inputs order side effects, and inference has none worth keeping. */
  readonly inputs: readonly ValueReference[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

/** A reference as a map key. */
export function referenceKey(reference: ValueReference): string {
  return `${reference.node}:${reference.index}`;
}

/** Operations that hand their first input on unchanged. */
const transparentOperations: ReadonlySet<string> = new Set([
  'Identity',
  'IdentityN',
  'StopGradient',
  'PreventGradient',
  'Snapshot',
  'Enter',
  'Exit',
  'CheckNumerics',
  'EnsureShape',
]);

export function isTransparent(operation: string): boolean {
  return transparentOperations.has(operation);
}

/** The reference that a transparent node's output `index` stands for. */
export function behindTransparent(node: FlatNode, index: number): ValueReference | undefined {
  return node.inputs[node.operation === 'IdentityN' ? index : 0];
}

/** What a value stands for behind every transparent node; `undefined` where they end nowhere, as those in a circle do. */
export function throughTransparent(
  nodes: ReadonlyMap<string, FlatNode>,
  start: ValueReference | undefined,
): ValueReference | undefined {
  return throughNodes(nodes, start, isTransparent);
}

/** As `throughTransparent`, for whoever looks behind other operations too. */
export function throughNodes(
  nodes: ReadonlyMap<string, FlatNode>,
  start: ValueReference | undefined,
  isPassed: (operation: string) => boolean,
): ValueReference | undefined {
  let reference = start;
  const passed = new Set<FlatNode>();
  while (reference !== undefined) {
    const node = nodes.get(reference.node);
    if (node === undefined || !isPassed(node.operation)) return reference;
    if (passed.has(node)) return undefined;
    passed.add(node);
    reference = behindTransparent(node, reference.index);
  }
  return undefined;
}
