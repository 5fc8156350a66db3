/** Finds the `map_fn` loop around `DecodeJpeg`, in TensorFlow 1 and 2 form, and names its ends. */
import type { DecoderRequest } from '../program.ts';
import { runsElsewhere, UnsupportedModel } from '../unsupported-model.ts';
import { throughTransparent, type FlatNode, type ValueReference } from './flat-graph.ts';
import type { FunctionFlattener } from './flatten-functions.ts';

/**
 *   contents [N] ─ unstack ─▶ item ─ DecodeJpeg ─▶ decoded [H,W,C] … prepared ─ stack ─▶ stacked [N,…]
 *                             └──────────── once for each picture ───────────┘
 */
export interface PictureLoop {
  readonly contents: ValueReference;
  readonly decoder: DecoderRequest;
  readonly decoded: ValueReference;
  readonly prepared: ValueReference;
  readonly stacked: ValueReference;
}

const decodeOperations: ReadonlySet<string> = new Set(['DecodeJpeg', 'DecodeImage', 'DecodePng']);
const whileOperations: ReadonlySet<string> = new Set(['While', 'StatelessWhile']);

/** Finds the picture loop that the flattened outputs depend on; `undefined` when they depend on none. */
export function findPictureLoop(flattener: FunctionFlattener): PictureLoop | undefined {
  const { nodes } = flattener;
  for (const node of [...nodes.values()]) {
    const element =
      node.operation === 'TensorListStack'
        ? functionalElement(flattener, node)
        : node.operation === 'TensorArrayGatherV3'
          ? controlFlowElement(nodes, node)
          : undefined;
    if (element === undefined) continue;
    const decode = findDecode(nodes, element);
    if (decode === undefined) continue;
    return {
      contents: pictureSource(nodes, decode),
      decoder: decoderRequest(decode),
      decoded: { node: decode.name, index: 0 },
      prepared: element,
      stacked: { node: node.name, index: 0 },
    };
  }
  for (const node of nodes.values()) {
    if (decodeOperations.has(node.operation)) {
      throw new UnsupportedModel(
        `The signature decodes its picture (node ${node.name}) outside a map_fn loop, which the compiler cannot cut. ${runsElsewhere}`,
      );
    }
  }
  return undefined;
}

/** TensorFlow 2: TensorListStack(While(…)[k]); the element is what the body writes with TensorListSetItem. */
function functionalElement(flattener: FunctionFlattener, stack: FlatNode): ValueReference | undefined {
  const { nodes } = flattener;
  const loopOutput = throughTransparent(nodes, stack.inputs[0]);
  const loop = loopOutput && nodes.get(loopOutput.node);
  if (loop === undefined || !whileOperations.has(loop.operation)) return undefined;
  const body = loop.attributes.get('body');
  if (body?.kind !== 'function') return undefined;
  const results = bindLoopBody(flattener, loop, body.value);
  const written = throughTransparent(nodes, results[loopOutput?.index ?? 0]);
  const write = written && nodes.get(written.node);
  return write?.operation === 'TensorListSetItem' ? write.inputs[2] : undefined;
}

/**
 * Writes the loop's body out once. Arguments that every turn hands on unchanged stand for the loop's own inputs;
 * the others change from picture to picture, and a body that computes with them is refused when it is lowered.
 */
function bindLoopBody(flattener: FunctionFlattener, loop: FlatNode, body: string): readonly ValueReference[] {
  const parameters = loop.inputs.map((_, index) => ({ node: `${loop.name}:argument ${index}`, index: 0 }));
  const results = flattener.callFunction(body, `${loop.name}:body`, parameters);
  for (const [index, parameter] of parameters.entries()) {
    const result = throughTransparent(flattener.nodes, results[index]);
    const input = loop.inputs[index];
    const isInvariant = result?.node === parameter.node && input !== undefined;
    flattener.nodes.set(parameter.node, {
      name: parameter.node,
      operation: isInvariant ? 'Identity' : 'LoopVariable',
      inputs: isInvariant ? [input] : [],
      attributes: new Map(),
    });
  }
  return results;
}

/** TensorFlow 1: the gathered flow leaves by Exit ← Switch ← Merge ← NextIteration ← TensorArrayWriteV3. */
function controlFlowElement(
  nodes: ReadonlyMap<string, FlatNode>,
  gather: FlatNode,
): ValueReference | undefined {
  const chain = ['Exit', 'Switch', 'Merge'];
  let reference = gather.inputs[2];
  for (const operation of chain) {
    const node = reference && nodes.get(reference.node);
    if (node?.operation !== operation) return undefined;
    reference = operation === 'Merge' ? node.inputs[1] : node.inputs[0];
  }
  const next = reference && nodes.get(reference.node);
  const writeReference = next?.operation === 'NextIteration' ? next.inputs[0] : undefined;
  const write = writeReference && nodes.get(writeReference.node);
  return write?.operation === 'TensorArrayWriteV3' ? write.inputs[2] : undefined;
}

function findDecode(nodes: ReadonlyMap<string, FlatNode>, from: ValueReference): FlatNode | undefined {
  const pending = [from.node];
  const seen = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    if (decodeOperations.has(node.operation)) return node;
    for (const input of node.inputs) {
      if (!seen.has(input.node)) pending.push(input.node);
      seen.add(input.node);
    }
  }
  return undefined;
}

/** Follows the decoder's input back to the string tensor that the loop takes apart. */
function pictureSource(nodes: ReadonlyMap<string, FlatNode>, decode: FlatNode): ValueReference {
  const item = throughTransparent(nodes, decode.inputs[0]);
  const read = item && nodes.get(item.node);
  const listReference =
    read?.operation === 'TensorListGetItem'
      ? read.inputs[0]
      : read?.operation === 'TensorArrayReadV3'
        ? read.inputs[2]
        : undefined;
  const list = throughTransparent(nodes, listReference);
  const unstack = list && nodes.get(list.node);
  const source =
    unstack?.operation === 'TensorListFromTensor'
      ? unstack.inputs[0]
      : unstack?.operation === 'TensorArrayScatterV3'
        ? unstack.inputs[2]
        : undefined;
  const contents = throughTransparent(nodes, source);
  if (contents === undefined) {
    throw new UnsupportedModel(`The compiler cannot tell where the pictures for ${decode.name} come from.`);
  }
  return contents;
}

/** Attributes at their defaults may be stripped: `channels` 0 means "as in the file", `dct_method` empty means fast. */
function decoderRequest(decode: FlatNode): DecoderRequest {
  const channels = decode.attributes.get('channels');
  const count = channels?.kind === 'integer' ? channels.value : 0;
  if (count !== 1 && count !== 3) {
    throw new UnsupportedModel(
      `${decode.operation} (node ${decode.name}) asks for ${count} channels; the compiler knows 1 and 3. ${runsElsewhere}`,
    );
  }
  const ratio = decode.attributes.get('ratio');
  const fancy = decode.attributes.get('fancy_upscaling');
  if ((ratio?.kind === 'integer' && ratio.value !== 1) || (fancy?.kind === 'boolean' && !fancy.value)) {
    throw new UnsupportedModel(
      `${decode.operation} (node ${decode.name}) asks for a scaled or plainly upsampled picture, which no decoder here computes. ${runsElsewhere}`,
    );
  }
  const datatype = decode.attributes.get('dtype');
  if (datatype?.kind === 'type' && datatype.value !== 'uint8') {
    throw new UnsupportedModel(
      `${decode.operation} (node ${decode.name}) asks for ${datatype.value} pixels; the decoders here give uint8. ${runsElsewhere}`,
    );
  }
  const method = decode.attributes.get('dct_method');
  const accurate = method?.kind === 'string' && method.value === 'INTEGER_ACCURATE';
  return { dct: accurate ? 'accurate' : 'fast', channels: count };
}
