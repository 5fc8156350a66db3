/** Gives a graph without signatures the signature `serving_default`: a call of the model's own call function. */
import type { CallFunction } from './call-function.ts';
import type { SavedKind, SavedObjectGraph } from './saved-object-graph.ts';
import type { StructuredTensor } from './structured-value.ts';
import type { AttributeValue, SignatureTensor, TensorFlowGraph, TensorFlowNode } from './tensorflow-graph.ts';

const signatureName = 'serving_default';
/** No node that TensorFlow writes has it in its name, so that what is added meets nothing that is there. */
const added = '#';
const callNode = `${added}call`;

export interface ServedObjects {
  readonly objects: SavedObjectGraph['objects'];
  /** Key in the checkpoint of each variable, by its place in `objects`. */
  readonly variableKeys: ReadonlyMap<number, string>;
}

/** Adds what Python would do at the call: inputs, what the function has captured, and the call. */
export function serveByCall(
  graph: TensorFlowGraph,
  call: CallFunction,
  { objects, variableKeys }: ServedObjects,
): TensorFlowGraph {
  const inputs = named(call.inputs, 'input', new Set());
  const outputs = named(call.outputs, 'output', new Set(inputs.map(({ name }) => name)));
  const captured = call.captures.map((place) =>
    capture(objects[place]?.content ?? { kind: 'other' }, place, variableKeys.get(place)),
  );
  const placeholders = inputs.map(({ name, leaf }) => node(name + added, 'Placeholder', leaf));
  const calling: TensorFlowNode = {
    name: callNode,
    operation: 'StatefulPartitionedCall',
    inputs: [...placeholders, ...captured].map(({ name }) => name),
    attributes: new Map([['f', { kind: 'function', value: call.name }]]),
  };
  const known = new Set(graph.nodes.map(({ name }) => name));
  const nodes = [...placeholders, ...captured, calling].filter(({ name }) => !known.has(name));
  const signature = {
    name: signatureName,
    methodName: 'tensorflow/serving/predict',
    inputs: inputs.map(({ name, leaf }) => signatureTensor(name, leaf, `${name}${added}:0`)),
    outputs: outputs.map(({ name, leaf }, index) => signatureTensor(name, leaf, `${callNode}:${index}`)),
  };
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    signatures: new Map([...graph.signatures, [signatureName, signature]]),
  };
}

interface NamedTensor {
  readonly name: string;
  readonly leaf: StructuredTensor;
}

/** By dictionary key, else as the specification says, else numbered; `taken` names are avoided and filled in. */
function named(leaves: readonly StructuredTensor[], stem: string, taken: Set<string>): NamedTensor[] {
  return leaves.map((leaf, index) => {
    const wanted = [leaf.key, stem === 'input' ? leaf.name : ''].map((name) => name.split(':')[0] ?? '');
    const name = wanted.find((one) => one !== '' && !taken.has(one)) ?? `${stem}_${index}`;
    taken.add(name);
    return { name, leaf };
  });
}

function capture(content: SavedKind, place: number, key: string | undefined): TensorFlowNode {
  if (content.kind === 'constant') return node(content.node, 'Const');
  if (content.kind !== 'variable') return node(`${added}${place}`, 'lookup table or file');
  const name = `${content.name.split(':')[0] ?? ''}${added}${place}`;
  // A variable is looked up in the checkpoint by its shared name.
  return node(name, 'VarHandleOp', content, [['shared_name', { kind: 'string', value: key ?? '' }]]);
}

function node(
  name: string,
  operation: string,
  type?: Pick<SignatureTensor, 'datatype' | 'shape'>,
  more: readonly (readonly [string, AttributeValue])[] = [],
): TensorFlowNode {
  const typed: readonly (readonly [string, AttributeValue])[] =
    type === undefined
      ? []
      : [
          ['dtype', { kind: 'type', value: type.datatype }],
          ['shape', { kind: 'shape', value: type.shape }],
        ];
  return { name, operation, inputs: [], attributes: new Map([...typed, ...more]) };
}

function signatureTensor(name: string, leaf: StructuredTensor, reference: string): SignatureTensor {
  return { name, reference, datatype: leaf.datatype, shape: leaf.shape };
}
