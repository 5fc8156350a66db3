/** Rewrites a graph by emitting it again, so that every pass gets folding and type inference for free. */
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxGraph, OnnxInput, OnnxNode, ValueType } from '../onnx/onnx-graph.ts';

export interface Rebuilding {
  readonly graph: OnnxGraph;
  readonly builder: GraphBuilder;
  /** The value in the new graph that stands for a value of the old one. */
  readonly renamed: Map<string, string>;
}

/** Emits the replacement of one node; `undefined` copies the node as it is. */
export type Rewrite = (node: OnnxNode, inputs: readonly string[], state: Rebuilding) => string | undefined;

export interface RebuildOptions {
  readonly rewrite: Rewrite;
  /** Inputs of the new graph, when they differ; each stands for the old input of the same position. */
  readonly bindInput?: (input: OnnxInput, state: Rebuilding) => string;
  /** What leaves the graph in place of an output's value. */
  readonly bindOutput?: (value: string, state: Rebuilding) => string;
}

/** Only single-output nodes may be rewritten; all others are copied. */
export function rebuild(graph: OnnxGraph, options: RebuildOptions): OnnxGraph {
  const builder = new GraphBuilder();
  const state: Rebuilding = { graph, builder, renamed: new Map([['', '']]) };
  for (const input of graph.inputs) {
    const value = options.bindInput?.(input, state) ?? builder.input(input.name, input.type);
    state.renamed.set(input.name, value);
  }
  for (const [name, constant] of graph.constants) state.renamed.set(name, builder.constant(constant));
  for (const node of graph.nodes) {
    builder.origin = node.origin;
    const inputs = node.inputs.map((name) => state.renamed.get(name) ?? name);
    const [output = ''] = node.outputs;
    if (node.outputs.length > 1) {
      copyWhole(node, inputs, state);
      continue;
    }
    const type = graph.types.get(output);
    const replaced = options.rewrite(node, inputs, state);
    const value = replaced ?? builder.emit(node.operator, inputs, node.attributes);
    keepKnownSizes(builder, value, type);
    state.renamed.set(output, value);
  }
  return builder.finish(
    graph.outputs.map(({ name, value }) => {
      const renamed = state.renamed.get(value) ?? value;
      return { name, value: options.bindOutput?.(renamed, state) ?? renamed };
    }),
  );
}

function copyWhole(node: OnnxNode, inputs: readonly string[], { graph, builder, renamed }: Rebuilding): void {
  const types = node.outputs.map(
    (output): ValueType => graph.types.get(output) ?? { datatype: 'float32', shape: undefined },
  );
  const copies = builder.emitTyped(node.operator, inputs, node.attributes, types);
  for (const [index, output] of node.outputs.entries()) renamed.set(output, copies[index] ?? '');
}

/** What lowering knew of a value (a slice of known size from an unknown place) survives the rewrite. */
function keepKnownSizes(builder: GraphBuilder, value: string, type: ValueType | undefined): void {
  if (type?.shape !== undefined) builder.refine(value, type.shape);
}

/** How many nodes and outputs read each value. */
export function readerCounts(graph: OnnxGraph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const values = [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ value }) => value)];
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
