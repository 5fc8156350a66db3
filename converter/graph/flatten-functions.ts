/** Writes function calls out in place, following only what the requested outputs need. */
import type {
  TensorFlowFunction,
  TensorFlowGraph,
  TensorFlowNode,
} from '../readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import type { FlatNode, ValueReference } from './flat-graph.ts';
import { outputIndex } from './output-names.ts';

/** A body of nodes with its arguments bound; the main graph is the scope without arguments. */
interface Scope {
  readonly prefix: string;
  readonly nodes: ReadonlyMap<string, TensorFlowNode>;
  readonly function: TensorFlowFunction | undefined;
  /** Bound lazily, so that a long chain of calls does not become a deep recursion. */
  readonly argument: (index: number) => ValueReference;
}

interface PendingNode {
  readonly flatName: string;
  readonly node: TensorFlowNode;
  readonly scope: Scope;
}

const callOperations: ReadonlySet<string> = new Set(['PartitionedCall', 'StatefulPartitionedCall']);

/** Calls nested deeper than this are a loop of functions calling each other. */
const maximumCallDepth = 200;

/** Flattens on demand: every `resolve` adds the nodes it needs to `nodes`. */
export class FunctionFlattener {
  readonly nodes = new Map<string, FlatNode>();
  readonly #graph: TensorFlowGraph;
  readonly #main: Scope;
  readonly #scopes = new Map<string, Scope>();
  readonly #nodeTables = new Map<TensorFlowFunction, ReadonlyMap<string, TensorFlowNode>>();
  readonly #pending: PendingNode[] = [];
  readonly #seen = new Set<string>();

  constructor(graph: TensorFlowGraph) {
    this.#graph = graph;
    this.#main = {
      prefix: '',
      nodes: new Map(graph.nodes.map((node) => [node.name, node])),
      function: undefined,
      argument: (index) => {
        throw new UnsupportedModel(`The main graph has no argument ${index}.`);
      },
    };
  }

  /** Resolves `node:index` of the main graph and flattens everything it depends on. */
  resolve(reference: string): ValueReference {
    const resolved = this.#resolve(reference, this.#main, 0);
    this.#drain();
    return resolved;
  }

  /** Flattens a function's body with the given arguments; returns its results in order. */
  callFunction(name: string, label: string, inputs: readonly ValueReference[]): readonly ValueReference[] {
    const definition = this.#function(name, label);
    const scope = this.#scopeOf(`${label}/`, definition, (index) => {
      const input = inputs[index];
      if (input === undefined)
        throw new UnsupportedModel(`Function ${name} is called without argument ${index}.`);
      return input;
    });
    const results = definition.resultNames.map((_, index) => this.#result(definition, index, scope, 0));
    this.#drain();
    return results;
  }

  #drain(): void {
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const { node, scope, flatName } = next;
      const inputs = node.inputs
        .filter((input) => !input.startsWith('^'))
        .map((input) => this.#resolve(input, scope, 0));
      this.nodes.set(flatName, {
        name: flatName,
        operation: node.operation,
        inputs,
        attributes: node.attributes,
      });
    }
  }

  #resolve(reference: string, scope: Scope, depth: number): ValueReference {
    if (depth > maximumCallDepth)
      throw new UnsupportedModel('The functions of this model call each other endlessly.');
    const [name = '', second, third] = reference.split(':');
    const argumentIndex = second === undefined ? (scope.function?.argumentNames.indexOf(name) ?? -1) : -1;
    if (argumentIndex >= 0) return scope.argument(argumentIndex);
    const node = scope.nodes.get(name);
    if (node === undefined)
      throw new UnsupportedModel(`The graph refers to a node that does not exist: ${name}.`);
    const index =
      scope.function === undefined
        ? Number(second ?? 0)
        : outputIndex(node.operation, second ?? '', Number(third ?? 0));
    const called = this.#calledFunction(node);
    if (called !== undefined) {
      const definition = this.#function(called, node.name);
      const callScope = this.#callScope(scope, node, definition);
      return this.#result(definition, index, callScope, depth + 1);
    }
    const flatName = scope.prefix + name;
    if (!this.#seen.has(flatName)) {
      this.#seen.add(flatName);
      this.#pending.push({ flatName, node, scope });
    }
    return { node: flatName, index };
  }

  #calledFunction(node: TensorFlowNode): string | undefined {
    if (callOperations.has(node.operation)) {
      const attribute = node.attributes.get('f');
      return attribute?.kind === 'function' ? attribute.value : undefined;
    }
    return this.#graph.functions.has(node.operation) ? node.operation : undefined;
  }

  #callScope(caller: Scope, node: TensorFlowNode, definition: TensorFlowFunction): Scope {
    const inputs = node.inputs.filter((input) => !input.startsWith('^'));
    return this.#scopeOf(`${caller.prefix}${node.name}/`, definition, (index) => {
      const input = inputs[index];
      if (input === undefined) throw new UnsupportedModel(`The call ${node.name} lacks argument ${index}.`);
      return this.#resolve(input, caller, 0);
    });
  }

  #scopeOf(
    prefix: string,
    definition: TensorFlowFunction,
    argument: (index: number) => ValueReference,
  ): Scope {
    const existing = this.#scopes.get(prefix);
    if (existing !== undefined) return existing;
    let nodes = this.#nodeTables.get(definition);
    if (nodes === undefined) {
      nodes = new Map(definition.nodes.map((node) => [node.name, node]));
      this.#nodeTables.set(definition, nodes);
    }
    const scope: Scope = { prefix, nodes, function: definition, argument };
    this.#scopes.set(prefix, scope);
    return scope;
  }

  #result(definition: TensorFlowFunction, index: number, scope: Scope, depth: number): ValueReference {
    const resultName = definition.resultNames[index];
    const reference = resultName === undefined ? undefined : definition.results.get(resultName);
    if (reference === undefined)
      throw new UnsupportedModel(`Function ${definition.name} has no result ${index}.`);
    return this.#resolve(reference, scope, depth);
  }

  #function(name: string, caller: string): TensorFlowFunction {
    const definition = this.#graph.functions.get(name);
    if (definition === undefined) throw new UnsupportedModel(`${caller} calls a missing function: ${name}.`);
    return definition;
  }
}
