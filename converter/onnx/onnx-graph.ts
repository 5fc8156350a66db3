/** An ONNX graph in memory: nodes in topological order, constants beside them, a type for every value. */
import type { Datatype, NumericTensor } from '../../gateway/domain/tensor.ts';

/** `null` is a size known only at run time; an `undefined` shape has unknown rank. */
export interface ValueType {
  readonly datatype: Datatype;
  readonly shape: readonly (number | null)[] | undefined;
}

export type OnnxAttribute =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integers'; readonly value: readonly number[] };

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface OnnxNode {
  readonly operator: string;
  /** Value names; the empty string stands for an absent optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
  /** The TensorFlow node it comes from, for error messages and profiles. */
  readonly origin: string;
}

export interface OnnxInput {
  readonly name: string;
  readonly type: ValueType;
}

export interface OnnxOutput {
  readonly name: string;
  readonly value: string;
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly OnnxOutput[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, NumericTensor>;
  readonly types: ReadonlyMap<string, ValueType>;
}

export const integer = (value: number): OnnxAttribute => ({ kind: 'integer', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const text = (value: string): OnnxAttribute => ({ kind: 'string', value });
export const integers = (value: readonly number[]): OnnxAttribute => ({ kind: 'integers', value });

export function integerAttribute(attributes: OnnxAttributes, name: string, fallback: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'integer' ? attribute.value : fallback;
}

export function integersAttribute(attributes: OnnxAttributes, name: string): readonly number[] | undefined {
  const attribute = attributes[name];
  return attribute?.kind === 'integers' ? attribute.value : undefined;
}
