/** Reads `SavedObjectGraph`: the Python objects of a TensorFlow 2 model, their functions, and what those have captured. */
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readStructure, type StructuredLeaf } from './structured-value.ts';
import { tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type { PartialShape, TensorFlowDatatype } from './tensorflow-graph.ts';
import { readPartialShape } from './tensor-shape.ts';

export type SavedKind =
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly datatype: TensorFlowDatatype;
      readonly shape: PartialShape;
    }
  /** A constant of the main graph, by the name of its node. */
  | { readonly kind: 'constant'; readonly node: string }
  /** Names of its variants in `functions`, one for each kind of arguments it was written for. */
  | { readonly kind: 'function'; readonly variants: readonly string[] }
  | { readonly kind: 'other' };

export interface SavedObject {
  /** Places in `objects`, by the name that the parent gives them. */
  readonly children: ReadonlyMap<string, number>;
  readonly content: SavedKind;
}

export interface SavedFunction {
  /** Places in `objects` of what the function is handed behind its arguments. */
  readonly captures: readonly number[];
  readonly inputs: readonly StructuredLeaf[];
  readonly outputs: readonly StructuredLeaf[];
}

export interface SavedObjectGraph {
  /** The first is the model itself. */
  readonly objects: readonly SavedObject[];
  readonly functions: ReadonlyMap<string, SavedFunction>;
}

export function readSavedObjectGraph(field: ProtobufField): SavedObjectGraph {
  const objects: SavedObject[] = [];
  const functions = new Map<string, SavedFunction>();
  for (const part of field.fields()) {
    if (part.number === 1) objects.push(readObject(part));
    else if (part.number === 2) functions.set(...readFunctionEntry(part));
  }
  return { objects, functions };
}

function readObject(field: ProtobufField): SavedObject {
  const children = new Map<string, number>();
  let content: SavedKind = { kind: 'other' };
  for (const part of field.fields()) {
    if (part.number === 1) children.set(...readChild(part));
    else if (part.number === 6) content = { kind: 'function', variants: strings(part, 1) };
    else if (part.number === 7) content = readVariable(part);
    else if (part.number === 8) content = { kind: 'function', variants: strings(part, 1) };
    else if (part.number === 9) content = { kind: 'constant', node: strings(part, 1)[0] ?? '' };
  }
  return { children, content };
}

/** `ObjectReference`, which checkpoints have as well. */
export function readChild(field: ProtobufField): [name: string, place: number] {
  let name = '';
  let place = 0;
  for (const part of field.fields()) {
    if (part.number === 1) place = part.integer();
    else if (part.number === 2) name = part.string();
  }
  return [name, place];
}

function readVariable(field: ProtobufField): SavedKind {
  let name = '';
  let datatype = tensorFlowDatatype(0);
  let shape: PartialShape = undefined;
  for (const part of field.fields()) {
    if (part.number === 1) datatype = tensorFlowDatatype(part.integer());
    else if (part.number === 2) shape = readPartialShape(part);
    else if (part.number === 6) name = part.string();
  }
  return { kind: 'variable', name, datatype, shape };
}

function readFunctionEntry(field: ProtobufField): [name: string, definition: SavedFunction] {
  let name = '';
  const captures: number[] = [];
  let inputs: readonly StructuredLeaf[] = [];
  let outputs: readonly StructuredLeaf[] = [];
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    if (part.number !== 2) continue;
    for (const value of part.fields()) {
      if (value.number === 2) captures.push(...value.integers());
      else if (value.number === 3) inputs = readStructure(value);
      else if (value.number === 4) outputs = readStructure(value);
    }
  }
  return [name, { captures, inputs, outputs }];
}

function strings(message: ProtobufField, number: number): string[] {
  return [...message.fields()].filter((part) => part.number === number).map((part) => part.string());
}
