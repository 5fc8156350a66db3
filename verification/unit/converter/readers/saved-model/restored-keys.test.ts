/** Which checkpoint key a variable is restored from, in each form TensorFlow writes restore nodes. */
import { expect } from 'chai';
import { restoredKeys } from '../../../../../converter/readers/saved-model/restored-keys.ts';
import type {
  AttributeValue,
  TensorFlowFunction,
  TensorFlowGraph,
  TensorFlowNode,
} from '../../../../../converter/readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';

function node(
  name: string,
  operation: string,
  inputs: readonly string[] = [],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): TensorFlowNode {
  return { name, operation, inputs, attributes: new Map(Object.entries(attributes)) };
}

function strings(name: string, ...values: readonly string[]): TensorFlowNode {
  const elements = values.map((value) => Uint8Array.from(Buffer.from(value)));
  return node(name, 'Const', [], {
    value: { kind: 'tensor', value: { datatype: 'string', shape: [values.length], elements } },
  });
}

function call(name: string, callee: string, inputs: readonly string[]): TensorFlowNode {
  return node(name, 'StatefulPartitionedCall', inputs, { f: { kind: 'function', value: callee } });
}

function body(
  name: string,
  argumentNames: readonly string[],
  nodes: readonly TensorFlowNode[],
  results: Readonly<Record<string, string>> = {},
): TensorFlowFunction {
  return {
    name,
    argumentNames,
    nodes,
    resultNames: Object.keys(results),
    results: new Map(Object.entries(results)),
  };
}

function graph(
  restoreNode: string | undefined,
  nodes: readonly TensorFlowNode[],
  functions: readonly TensorFlowFunction[] = [],
): TensorFlowGraph {
  return {
    nodes,
    functions: new Map(functions.map((definition) => [definition.name, definition])),
    signatures: new Map(),
    restoreNode,
    producer: 'a test',
  };
}

describe('restoredKeys', () => {
  it('follows control inputs to the assignments of TensorFlow 1, shards and identities included', () => {
    const nodes = [
      node('a', 'VariableV2'),
      node('b', 'VarHandleOp'),
      node('unrestored', 'VariableV2'),
      strings('names', 'first', 'second'),
      strings('slices', '', '4 2 0,2:-'),
      node('restore', 'RestoreV2', ['file', 'names', 'slices']),
      node('initial', 'Const'),
      node('initialise', 'Assign', ['unrestored', 'initial']),
      node('assign a', 'Assign', ['a', 'restore:1']),
      node('value of b', 'Identity', ['restore']),
      node('assign b', 'AssignVariableOp', ['b', 'value of b']),
      node('save/restore_shard', 'NoOp', ['^assign a', '^assign b']),
      node('save/restore_all', 'NoOp', ['^save/restore_shard', '^initialise']),
    ];
    expect([...restoredKeys(graph('save/restore_all', nodes))]).to.have.deep.members([
      ['a', { key: 'second', slice: '4 2 0,2:-' }],
      ['b', { key: 'first', slice: '' }],
    ]);
  });

  it('follows calls to the assignments of TensorFlow 2, nested ones included', () => {
    const reader = body(
      'reader',
      ['file', 'names'],
      [
        strings('none', '', ''),
        node('RestoreV2', 'RestoreV2', ['file', 'names', 'none:output:0']),
        node('one', 'Identity', ['RestoreV2:tensors:1']),
      ],
      { zero: 'RestoreV2:tensors:0', one: 'one:output:0' },
    );
    const restore = body(
      'traced_restore',
      ['file', 'x', 'y'],
      [
        strings('names', 'weights/value', 'biases/value'),
        call('read', 'reader', ['file', 'names:output:0']),
        node('assign x', 'AssignVariableOp', ['x', 'read:output:1']),
        call('inner', 'assigner', ['y', 'read:output:0']),
      ],
    );
    const assigner = body('assigner', ['to', 'value'], [node('assign', 'AssignVariableOp', ['to', 'value'])]);
    const nodes = [
      node('saver_filename', 'Placeholder'),
      node('weights', 'VarHandleOp'),
      node('biases', 'VarHandleOp'),
      call('restore', 'traced_restore', ['saver_filename', 'biases', 'weights']),
    ];
    expect([...restoredKeys(graph('restore', nodes, [reader, restore, assigner]))]).to.have.deep.members([
      ['biases', { key: 'biases/value', slice: '' }],
      ['weights', { key: 'weights/value', slice: '' }],
    ]);
  });

  it('finds nothing where nothing is restored', () => {
    expect(restoredKeys(graph(undefined, [node('a', 'VariableV2')])).size).to.equal(0);
    expect(restoredKeys(graph('missing', [node('a', 'VariableV2')])).size).to.equal(0);
  });

  it('comes to an end on graphs that refer to themselves', () => {
    const ring = [
      node('a', 'VariableV2'),
      node('one', 'Identity', ['two']),
      node('two', 'Identity', ['one']),
      node('assign', 'Assign', ['a', 'one']),
    ];
    expect(restoredKeys(graph('assign', ring)).size).to.equal(0);
    const endless = body('endless', [], [call('again', 'endless', []), call('and again', 'endless', [])]);
    expect(() => restoredKeys(graph('start', [call('start', 'endless', [])], [endless]))).to.throw(
      UnsupportedModel,
      'end',
    );
  });
});
