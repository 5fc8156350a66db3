/** Which function answers for a model without signatures, and what becomes of its arguments. */
import { expect } from 'chai';
import { chooseCallFunction } from '../../../../../converter/readers/saved-model/call-function.ts';
import type {
  SavedFunction,
  SavedObject,
  SavedObjectGraph,
} from '../../../../../converter/readers/saved-model/saved-object-graph.ts';
import { serveByCall } from '../../../../../converter/readers/saved-model/serve-by-call.ts';
import {
  readStructure,
  type StructuredLeaf,
  type StructuredTensor,
} from '../../../../../converter/readers/saved-model/structured-value.ts';
import { trackedKeys } from '../../../../../converter/readers/saved-model/tracked-keys.ts';
import { readProtobuf } from '../../../../../gateway/protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';

type Write = (writer: ProtobufWriter) => unknown;

const tensor = (name: string, shape: readonly (number | null)[] = [null]): StructuredTensor => ({
  kind: 'tensor',
  name,
  key: '',
  datatype: 'float32',
  shape,
});
const flag = (value: boolean): StructuredLeaf => ({ kind: 'flag', value });

function model(
  callName: string,
  variants: Readonly<Record<string, readonly StructuredLeaf[]>>,
): SavedObjectGraph {
  const root: SavedObject = { children: new Map([[callName, 1]]), content: { kind: 'other' } };
  const call: SavedObject = {
    children: new Map(),
    content: { kind: 'function', variants: Object.keys(variants) },
  };
  const functions = Object.entries(variants).map(([name, inputs]): [string, SavedFunction] => [
    name,
    { captures: [], inputs, outputs: [tensor('')] },
  ]);
  return { objects: [root, call], functions: new Map(functions) };
}

const chosen = (...given: Parameters<typeof model>): string | undefined =>
  chooseCallFunction(model(...given))?.name;

/** The leaves of a value that is the only field of a message. */
function leaves(write: Write): readonly StructuredLeaf[] {
  const bytes = new ProtobufWriter().message(1, write).finish();
  const [field] = readProtobuf(bytes);
  if (field === undefined) throw new Error('nothing was written');
  return readStructure(field);
}

describe('the call function', () => {
  it('is the variant that is not for training, wherever it stands', () => {
    const variants = {
      training: [tensor('x'), flag(true)],
      inference: [tensor('x'), flag(false)],
      debugging: [tensor('x'), flag(false), flag(true)],
    };
    expect(chosen('__call__', variants)).to.equal('inference');
    expect(chosen('serve', variants)).to.equal('inference');
    expect(chosen('summary', variants)).to.equal(undefined);
  });

  it('takes as few tensors and as many sizes as there are variants for', () => {
    expect(chosen('__call__', { two: [tensor('x'), tensor('rate', [])], one: [tensor('x')] })).to.equal(
      'one',
    );
    expect(chosen('__call__', { one: [tensor('x', [1, 8])], any: [tensor('x', [null, 8])] })).to.equal('any');
  });

  it('is none that no client could call', () => {
    expect(
      chosen('__call__', { nothing: [flag(false)], ragged: [tensor('x'), { kind: 'composite' }] }),
    ).to.equal(undefined);
    expect(chooseCallFunction({ objects: [], functions: new Map() })).to.equal(undefined);
  });

  it('becomes a signature whose names meet nothing in the graph or at the other end', () => {
    const graph = {
      nodes: [],
      functions: new Map(),
      signatures: new Map(),
      restoreNode: undefined,
      producer: '2',
    };
    const outputs = [{ ...tensor('y'), key: 'x' }, tensor('')];
    const served = serveByCall(
      graph,
      { name: 'f', captures: [0, 1], inputs: [tensor('x:0')], outputs },
      {
        objects: [
          {
            children: new Map(),
            content: { kind: 'variable', name: 'w:0', datatype: 'float32', shape: [2] },
          },
          { children: new Map(), content: { kind: 'other' } },
        ],
        variableKeys: new Map([[0, 'w/.ATTRIBUTES/VARIABLE_VALUE']]),
      },
    );
    const signature = served.signatures.get('serving_default');
    expect(signature?.inputs.map(({ name, reference }) => `${name} ${reference}`)).to.deep.equal(['x x#:0']);
    expect(signature?.outputs.map(({ name, reference }) => `${name} ${reference}`)).to.deep.equal([
      'output_0 #call:0',
      'output_1 #call:1',
    ]);
    expect(served.nodes.map(({ name, operation }) => `${name} ${operation}`)).to.deep.equal([
      'x# Placeholder',
      'w#0 VarHandleOp',
      '#1 lookup table or file',
      '#call StatefulPartitionedCall',
    ]);
  });
});

describe('the arguments of a function', () => {
  const specification =
    (name: string): Write =>
    (value) =>
      value.message(33, (written) => written.string(1, name).varint(3, 1));
  const pair =
    (key: string, write: Write): Write =>
    (entry) =>
      entry.string(1, key).message(2, write);

  it('are handed over as written, those of a dictionary by key', () => {
    const found = leaves((value) =>
      value.message(52, (tuple) => {
        tuple.message(1, specification('first'));
        tuple.message(1, (flagged) => flagged.boolean(14, true));
        tuple.message(1, (nested) =>
          nested.message(53, (dictionary) => {
            dictionary.message(1, pair('b', specification('third')));
            dictionary.message(1, pair('a', specification('second')));
          }),
        );
      }),
    );
    expect(
      found.map((leaf) => (leaf.kind === 'tensor' ? `${leaf.key}:${leaf.name}` : leaf.kind)),
    ).to.deep.equal([':first', 'flag', 'a:second', 'b:third']);
  });

  it('are refused when they are nested without end', () => {
    const nested =
      (depth: number): Write =>
      (value) =>
        depth === 0 ? value : value.message(52, (tuple) => tuple.message(1, nested(depth - 1)));
    expect(leaves(nested(20))).to.deep.equal([]);
    expect(() => leaves(nested(200))).to.throw('nested without end');
  });
});

describe('the keys of tracked objects', () => {
  const object = (children: Readonly<Record<string, number>>): SavedObject => ({
    children: new Map(Object.entries(children)),
    content: { kind: 'other' },
  });

  it('follow the names of children, whatever the order in either graph', () => {
    const objects = [object({ left: 1, right: 2, me: 0 }), object({ number: 3 }), object({ number: 4 })];
    const stored = [
      {
        children: new Map([
          ['right', 1],
          ['left', 2],
        ]),
        key: undefined,
      },
      { children: new Map([['number', 3]]), key: undefined },
      { children: new Map([['number', 4]]), key: undefined },
      { children: new Map(), key: 'right/number' },
      { children: new Map(), key: 'left/number' },
    ];
    expect([...trackedKeys([...objects, object({}), object({})], stored)].sort()).to.deep.equal([
      [3, 'left/number'],
      [4, 'right/number'],
    ]);
    expect([...trackedKeys(objects, [])]).to.deep.equal([]);
  });
});
