/** The nodes that restore a graph's variables from a checkpoint, and save them to one. */
import { type, types } from '../../network/attributes.ts';
import { GraphNodes } from '../../network/graph-nodes.ts';
import type { TensorFlowDatatype, TensorFlowNode } from '../../readers/saved-model/tensorflow-graph.ts';

const encoder = new TextEncoder();

/** Names of the nodes that a `SaverDef` points at, and all nodes behind them. */
export interface Restoration {
  readonly nodes: readonly TensorFlowNode[];
  readonly fileName: string;
  readonly save: string;
  readonly restore: string;
}

/** The checkpoint's keys are the names of the `VarHandleOp` nodes. */
export function restoration(model: readonly TensorFlowNode[]): Restoration {
  const handles = model.filter((node) => node.operation === 'VarHandleOp');
  const graph = new GraphNodes();
  const fileName = graph.constant('save/file_name', strings('model', []));
  const names = handles.map(({ name }) => name);
  const keys = graph.constant('save/keys', strings(names, [names.length]));
  const slices = graph.constant(
    'save/slices',
    strings(
      names.map(() => ''),
      [names.length],
    ),
  );
  const datatypes = { dtypes: types(handles.map(datatypeOf)) };
  const saved = graph.add(
    'save/save',
    'SaveV2',
    [fileName, keys, slices, ...handles.map((handle, index) => readNode(graph, handle, index))],
    datatypes,
  );
  const save = graph.add('save/control', 'Identity', [fileName, `^${saved}`], { T: type('string') });
  const restored = graph.add('save/restore', 'RestoreV2', [fileName, keys, slices], datatypes);
  const assigned = handles.map((handle, index) =>
    graph.add(`save/assign_${index}`, 'AssignVariableOp', [handle.name, `${restored}:${index}`], {
      dtype: type(datatypeOf(handle)),
    }),
  );
  const restore = graph.add(
    'save/restore_all',
    'NoOp',
    assigned.map((name) => `^${name}`),
  );
  return { nodes: graph.nodes, fileName, save, restore };
}

function readNode(graph: GraphNodes, handle: TensorFlowNode, index: number): string {
  return graph.add(`save/read_${index}`, 'ReadVariableOp', [handle.name], {
    dtype: type(datatypeOf(handle)),
  });
}

function datatypeOf(handle: TensorFlowNode): TensorFlowDatatype {
  const attribute = handle.attributes.get('dtype');
  return attribute?.kind === 'type' ? attribute.value : 'float32';
}

function strings(values: string | readonly string[], shape: readonly number[]) {
  const list = typeof values === 'string' ? [values] : values;
  return { datatype: 'string', shape, elements: list.map((value) => encoder.encode(value)) } as const;
}
