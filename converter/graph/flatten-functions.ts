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
  /** How many calls it is inside of. */
  readonly depth: number;
  /** Bound lazily: what a call does not use is not needed. */
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
/** Values handed on from call to call more often than this go in circles. */
const maximumHops = 1_000;
/** Functions that each call another twice grow without end; the largest published classifiers have some ten thousand. */
const maximumNodes = 200_000;
/** Between a call and what is inside it: no name in a graph can hold it, so flat names never meet. */
const separator = ':';

/** Flattens on demand: every `resolve` adds the nodes it needs to `nodes`. */
export class FunctionFlattener {
  readonly nodes = new Map<string, FlatNode>();
  readonly #graph: TensorFlowGraph;
  readonly #main: Scope;
  readonly #scopes = new Map<string, Scope>();
  readonly #nodeTables = new Map<TensorFlowFunction, ReadonlyMap<string, TensorFlowNode>>();
  readonly #pending: PendingNode[] = [];
  readonly #seen = new Set<string>();
  #hops = 0;

  constructor(graph: TensorFlowGraph) {
    this.#graph = graph;
    this.#main = {
      prefix: '',
      nodes: new Map(graph.nodes.map((node) => [node.name, node])),
      function: undefined,
      depth: 0,
      argument: (index) => {
        throw new UnsupportedModel(`The main graph has no argument ${index}.`);
      },
    };
  }

  /** Resolves `node:index` of the main graph and flattens everything it depends on. */
  resolve(reference: string): ValueReference {
    const resolved = this.#resolve(reference, this.#main);
    this.#drain();
    return resolved;
  }

  /** Flattens a function's body with the given arguments; returns its results in order. */
  callFunction(name: string, label: string, inputs: readonly ValueReference[]): readonly ValueReference[] {
    const definition = this.#function(name, label);
    const scope = this.#scopeOf(label + separator, definition, {
      depth: 1,
      argument: (index) => {
        const input = inputs[index];
        if (input === undefined)
          throw new UnsupportedModel(`Function ${name} is called without argument ${index}.`);
        return input;
      },
    });
    const results = definition.resultNames.map((_, index) => this.#result(definition, index, scope));
    this.#drain();
    return results;
  }

  #drain(): void {
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const { node, scope, flatName } = next;
      const inputs = node.inputs
        .filter((input) => !input.startsWith('^'))
        .map((input) => this.#resolve(input, scope));
      this.nodes.set(flatName, {
        name: flatName,
        operation: node.operation,
        inputs,
        attributes: node.attributes,
      });
    }
  }

  /** Follows calls and arguments, which refer to each other in turn, to the node that computes the value. */
  #resolve(reference: string, scope: Scope): ValueReference {
    this.#hops += 1;
    if (this.#hops > maximumHops) throw endlessCalls();
    try {
      return this.#follow(reference, scope);
    } finally {
      this.#hops -= 1;
    }
  }

  #follow(reference: string, scope: Scope): ValueReference {
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
      return this.#result(definition, index, this.#callScope(scope, node, definition));
    }
    const flatName = scope.prefix + name;
    if (!this.#seen.has(flatName)) {
      if (this.#seen.size >= maximumNodes) throw endlessCalls();
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
    return this.#scopeOf(caller.prefix + node.name + separator, definition, {
      depth: caller.depth + 1,
      argument: (index) => {
        const input = inputs[index];
        if (input === undefined) throw new UnsupportedModel(`The call ${node.name} lacks argument ${index}.`);
        return this.#resolve(input, caller);
      },
    });
  }

  #scopeOf(
    prefix: string,
    definition: TensorFlowFunction,
    { depth, argument }: Pick<Scope, 'depth' | 'argument'>,
  ): Scope {
    if (depth > maximumCallDepth) throw endlessCalls();
    const existing = this.#scopes.get(prefix);
    if (existing !== undefined) return existing;
    let nodes = this.#nodeTables.get(definition);
    if (nodes === undefined) {
      nodes = new Map(definition.nodes.map((node) => [node.name, node]));
      this.#nodeTables.set(definition, nodes);
    }
    const scope: Scope = { prefix, nodes, function: definition, depth, argument };
    this.#scopes.set(prefix, scope);
    return scope;
  }

  #result(definition: TensorFlowFunction, index: number, scope: Scope): ValueReference {
    const resultName = definition.resultNames[index];
    const reference = resultName === undefined ? undefined : definition.results.get(resultName);
    if (reference === undefined)
      throw new UnsupportedModel(`Function ${definition.name} has no result ${index}.`);
    return this.#resolve(reference, scope);
  }

  #function(name: string, caller: string): TensorFlowFunction {
    const definition = this.#graph.functions.get(name);
    if (definition === undefined) throw new UnsupportedModel(`${caller} calls a missing function: ${name}.`);
    return definition;
  }
}

function endlessCalls(): UnsupportedModel {
  return new UnsupportedModel(
    'The functions of this model call each other endlessly, or far too often to be written out.',
  );
}
