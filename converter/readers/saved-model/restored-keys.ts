/** Finds, by reading the restore part of a graph, which checkpoint key each variable is restored from. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import type { TensorFlowFunction, TensorFlowGraph, TensorFlowNode } from './tensorflow-graph.ts';

export interface RestoredKey {
  readonly key: string;
  /** TensorFlow's `shape_and_slice`: empty for a whole tensor, else the part of it that the variable takes. */
  readonly slice: string;
}

/** What is known of a value without running anything. */
type Known =
  | { readonly kind: 'variable'; readonly node: string }
  | ({ readonly kind: 'restored' } & RestoredKey)
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | undefined;

/** The main graph, or the body of a function with what is known of its arguments. */
interface Scope {
  readonly nodes: ReadonlyMap<string, TensorFlowNode>;
  readonly argumentValues: ReadonlyMap<string, Known>;
  readonly results: TensorFlowFunction | undefined;
}

const calls = new Set(['StatefulPartitionedCall', 'PartitionedCall']);
const variables = new Set(['VarHandleOp', 'VariableV2', 'Variable']);
const assignments = new Set(['Assign', 'AssignVariableOp']);
/** Far more than TensorFlow writes; they stop a graph that refers to itself. */
const mostCalls = 1000;
const longestChain = 1000;
const decoder = new TextDecoder();

/**
 * Variable node of the main graph → where its value is.
 *
 * Both of TensorFlow's forms are followed from the restore node: `Assign(variable, RestoreV2 output)` behind control
 * inputs, and a call whose function assigns to its arguments.
 */
export function restoredKeys(graph: TensorFlowGraph): Map<string, RestoredKey> {
  if (graph.restoreNode === undefined) return new Map();
  return new RestoreReading(graph).keysBehind(graph.restoreNode);
}

class RestoreReading {
  readonly #functions: ReadonlyMap<string, TensorFlowFunction>;
  readonly #main: Scope;
  readonly #found = new Map<string, RestoredKey>();
  readonly #callScopes = new Map<Scope, Map<string, Scope | undefined>>();
  readonly #constants = new Map<TensorFlowNode, Known>();
  #callCount = 0;

  constructor(graph: TensorFlowGraph) {
    this.#functions = graph.functions;
    this.#main = { nodes: byName(graph.nodes), argumentValues: new Map(), results: undefined };
  }

  keysBehind(restoreNode: string): Map<string, RestoredKey> {
    const waiting = [nodeName(restoreNode)];
    const seen = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const node = this.#main.nodes.get(name);
      if (node === undefined || seen.has(name)) continue;
      seen.add(name);
      this.#visit(node, this.#main);
      waiting.push(...node.inputs.map(nodeName));
    }
    return this.#found;
  }

  #visit(node: TensorFlowNode, scope: Scope): void {
    if (assignments.has(node.operation)) this.#note(node, scope);
    if (!calls.has(node.operation)) return;
    const body = this.#callScope(node, scope);
    // A function runs whole, so every assignment in it counts.
    for (const inner of body?.nodes.values() ?? []) this.#visit(inner, body ?? scope);
  }

  #note(assignment: TensorFlowNode, scope: Scope): void {
    const target = this.#known(assignment.inputs[0], scope, 0);
    const value = this.#known(assignment.inputs[1], scope, 0);
    if (target?.kind === 'variable' && value?.kind === 'restored') {
      this.#found.set(target.node, { key: value.key, slice: value.slice });
    }
  }

  #known(reference: string | undefined, scope: Scope, depth: number): Known {
    if (reference === undefined || depth > longestChain) return undefined;
    const name = nodeName(reference);
    if (scope.argumentValues.has(name)) return scope.argumentValues.get(name);
    const node = scope.nodes.get(name);
    if (node === undefined) return undefined;
    if (variables.has(node.operation)) {
      return scope === this.#main ? { kind: 'variable', node: name } : undefined;
    }
    if (calls.has(node.operation)) {
      const body = this.#callScope(node, scope);
      return body && this.#known(resultReference(body, reference), body, depth + 1);
    }
    switch (node.operation) {
      case 'Identity':
        return this.#known(node.inputs[0], scope, depth + 1);
      case 'Const':
        return this.#constant(node);
      case 'RestoreV2':
        return this.#restored(node, outputIndex(reference), scope);
      default:
        return undefined;
    }
  }

  /** Kept, because every assignment asks for the same long list of names. */
  #constant(node: TensorFlowNode): Known {
    if (!this.#constants.has(node)) this.#constants.set(node, constantStrings(node));
    return this.#constants.get(node);
  }

  #restored(node: TensorFlowNode, index: number, scope: Scope): Known {
    const names = this.#known(node.inputs[1], scope, 0);
    const slices = this.#known(node.inputs[2], scope, 0);
    const key = names?.kind === 'strings' ? names.values[index] : undefined;
    if (key === undefined) return undefined;
    return { kind: 'restored', key, slice: slices?.kind === 'strings' ? (slices.values[index] ?? '') : '' };
  }

  /** The called function's body, its arguments bound to what is known of the call's inputs; one for each call node. */
  #callScope(node: TensorFlowNode, scope: Scope): Scope | undefined {
    const known = this.#callScopes.get(scope) ?? new Map<string, Scope | undefined>();
    this.#callScopes.set(scope, known);
    if (!known.has(node.name)) known.set(node.name, this.#openCall(node, scope));
    return known.get(node.name);
  }

  #openCall(node: TensorFlowNode, scope: Scope): Scope | undefined {
    const called = node.attributes.get('f');
    const body = called?.kind === 'function' ? this.#functions.get(called.value) : undefined;
    if (body === undefined) return undefined;
    this.#callCount += 1;
    if (this.#callCount > mostCalls) {
      throw new UnsupportedModel('The functions that restore the variables call each other without end.');
    }
    const values = body.argumentNames.map(
      (name, index) => [name, this.#known(node.inputs[index], scope, 0)] as const,
    );
    return { nodes: byName(body.nodes), argumentValues: new Map(values), results: body };
  }
}

function byName(nodes: readonly TensorFlowNode[]): Map<string, TensorFlowNode> {
  return new Map(nodes.map((node) => [node.name, node]));
}

/** `^name`, `name`, `name:1` and `name:output:1` → `name`. */
function nodeName(reference: string): string {
  const plain = reference.startsWith('^') ? reference.slice(1) : reference;
  return plain.split(':')[0] ?? plain;
}

function outputIndex(reference: string): number {
  const parts = reference.split(':');
  return parts.length === 1 ? 0 : Number(parts.at(-1));
}

function resultReference(scope: Scope, reference: string): string | undefined {
  const name = scope.results?.resultNames[outputIndex(reference)];
  return name === undefined ? undefined : scope.results?.results.get(name);
}

function constantStrings(node: TensorFlowNode): Known {
  const value = node.attributes.get('value');
  if (value?.kind !== 'tensor' || value.value.datatype !== 'string') return undefined;
  return { kind: 'strings', values: value.value.elements.map((element) => decoder.decode(element)) };
}
