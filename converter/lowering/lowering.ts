/** What a lowering sees: one TensorFlow node, its inputs as ONNX values, and the builder to write with. */
import type { NumericDatatype } from '../../gateway/domain/tensor.ts';
import type { FlatNode } from '../graph/flat-graph.ts';
import { numbersOf } from '../onnx/constants.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { runsElsewhere, UnsupportedModel } from '../unsupported-model.ts';

/** Emits ONNX for one TensorFlow node and returns the values of its outputs in order. */
export type Lowering = (context: LoweringContext) => readonly string[];

export type Lowerings = Readonly<Record<string, Lowering>>;

export class LoweringContext {
  readonly node: FlatNode;
  readonly builder: GraphBuilder;
  readonly inputs: readonly string[];

  constructor(node: FlatNode, builder: GraphBuilder, inputs: readonly string[]) {
    this.node = node;
    this.builder = builder;
    this.inputs = inputs;
  }

  input(index: number): string {
    const value = this.inputs[index];
    if (value === undefined) throw this.unsupported(`lacks input ${index}`);
    return value;
  }

  rank(index: number): number {
    const shape = this.builder.typeOf(this.input(index)).shape;
    if (shape === undefined) throw this.unsupported('has an input of unknown rank');
    return shape.length;
  }

  /** Datatype of an input that holds numbers. */
  numericType(index: number): NumericDatatype {
    const { datatype } = this.builder.typeOf(this.input(index));
    if (datatype === 'string') throw this.unsupported('computes on strings');
    return datatype;
  }

  /** An axis among `rank`, counted from the front. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) throw this.unsupported(`names axis ${axis} of ${rank}`);
    return counted;
  }

  /** Elements of an input that must be known at compile time. */
  numbers(index: number): readonly number[] {
    const constant = this.builder.constantOf(this.input(index));
    if (constant === undefined) throw this.unsupported(`computes input ${index} at run time`);
    return numbersOf(constant);
  }

  integer(name: string, fallback: number): number {
    const attribute = this.node.attributes.get(name);
    return attribute?.kind === 'integer' ? attribute.value : fallback;
  }

  float(name: string, fallback: number): number {
    const attribute = this.node.attributes.get(name);
    return attribute?.kind === 'float' ? attribute.value : fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    const attribute = this.node.attributes.get(name);
    return attribute?.kind === 'boolean' ? attribute.value : fallback;
  }

  text(name: string, fallback: string): string {
    const attribute = this.node.attributes.get(name);
    return attribute?.kind === 'string' ? attribute.value : fallback;
  }

  integers(name: string): readonly number[] {
    const attribute = this.node.attributes.get(name);
    return attribute?.kind === 'list' ? attribute.integers : [];
  }

  datatype(name: string, fallback: NumericDatatype): NumericDatatype {
    const attribute = this.node.attributes.get(name);
    if (attribute?.kind !== 'type') return fallback;
    if (!isNumeric(attribute.value)) throw this.unsupported(`uses the datatype ${attribute.value}`);
    return attribute.value;
  }

  /** The operation is known, this use of it is not. */
  unsupported(what: string): UnsupportedModel {
    return new UnsupportedModel(
      `${this.node.operation} (node ${this.node.name}) ${what}, which the compiler cannot translate. ${runsElsewhere}`,
    );
  }
}

const numericDatatypes: ReadonlySet<string> = new Set<NumericDatatype>([
  'bool',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'float16',
  'float32',
  'float64',
]);

export function isNumeric(datatype: string): datatype is NumericDatatype {
  return numericDatatypes.has(datatype);
}
