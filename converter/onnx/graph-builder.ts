/** Builds an ONNX graph node by node, folding constants and inferring types as it goes. */
import type { NumericDatatype, NumericTensor } from '../../gateway/domain/tensor.ts';
import { int64Vector } from './constants.ts';
import { foldConstants, foldPartial } from './fold.ts';
import { inferType, onnxDatatypes } from './infer-type.ts';
import {
  integer,
  type OnnxAttributes,
  type OnnxGraph,
  type OnnxInput,
  type OnnxNode,
  type OnnxOutput,
  type ValueType,
} from './onnx-graph.ts';
import { completed, partialOf, type PartialTensor } from './partial-tensor.ts';

export class GraphBuilder {
  /** The TensorFlow node that is being lowered; every emitted node remembers it. */
  origin = '';
  readonly #inputs: OnnxInput[] = [];
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, NumericTensor>();
  readonly #types = new Map<string, ValueType>();
  readonly #partials = new Map<string, PartialTensor>();
  #count = 0;

  input(name: string, type: ValueType): string {
    this.#inputs.push({ name, type });
    this.#types.set(name, type);
    return name;
  }

  constant(tensor: NumericTensor): string {
    const name = this.#name('constant');
    this.#constants.set(name, tensor);
    this.#types.set(name, { datatype: tensor.datatype, shape: tensor.shape });
    const partial = partialOf(tensor);
    if (partial !== undefined) this.#partials.set(name, partial);
    return name;
  }

  /** A constant int64 vector, as axes, sizes and pads are given. */
  integers(values: readonly number[]): string {
    return this.constant(int64Vector(values));
  }

  /** Emits an operator with one output, or its value when that is known now. */
  emit(operator: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const constants = inputs.map((name) => this.#constants.get(name));
    const partials = inputs.map((name) => this.#partials.get(name));
    const type = inferType({
      operator,
      attributes,
      types: inputs.map((name) => this.#types.get(name)),
      values: partials.map((partial) => partial?.elements),
    });
    const partial = this.#knownShape(operator, inputs);
    if (type.datatype !== 'string') {
      const request = { operator, attributes, datatype: type.datatype };
      const allConstant = inputs.every((name, index) => name === '' || constants[index] !== undefined);
      const folded = allConstant ? foldConstants(request, constants) : undefined;
      if (folded !== undefined) return this.constant(folded);
      const known = partial ?? foldPartial(request, partials, constants);
      const whole = known && completed(known);
      if (whole !== undefined) return this.constant(whole);
      const [output] = this.emitTyped(operator, inputs, attributes, [type]);
      if (known !== undefined && output !== undefined) this.#partials.set(output, known);
      return output ?? '';
    }
    return this.emitTyped(operator, inputs, attributes, [type])[0] ?? '';
  }

  /** Emits an operator whose output types the caller knows. */
  emitTyped(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxAttributes,
    types: readonly ValueType[],
  ): readonly string[] {
    const outputs = types.map((type) => {
      const name = this.#name(operator.toLowerCase());
      this.#types.set(name, type);
      return name;
    });
    this.#nodes.push({ operator, inputs, outputs, attributes, origin: this.origin });
    return outputs;
  }

  cast(value: string, datatype: NumericDatatype): string {
    return this.typeOf(value).datatype === datatype
      ? value
      : this.emit('Cast', [value], { to: integer(onnxDatatypes[datatype]) });
  }

  constantOf(value: string): NumericTensor | undefined {
    return this.#constants.get(value);
  }

  /** Adds what the caller knows of a value's sizes to what inference found. */
  refine(value: string, shape: ValueType['shape']): void {
    const type = this.typeOf(value);
    if (shape === undefined || (type.shape !== undefined && type.shape.length !== shape.length)) return;
    const sizes = shape.map((size, axis) => type.shape?.[axis] ?? size);
    this.#types.set(value, { datatype: type.datatype, shape: sizes });
  }

  typeOf(value: string): ValueType {
    return this.#types.get(value) ?? { datatype: 'float32', shape: undefined };
  }

  finish(outputs: readonly OnnxOutput[]): OnnxGraph {
    return {
      inputs: this.#inputs,
      outputs,
      nodes: this.#nodes,
      constants: this.#constants,
      types: this.#types,
    };
  }

  #knownShape(operator: string, inputs: readonly string[]): PartialTensor | undefined {
    const shape = operator === 'Shape' ? this.typeOf(inputs[0] ?? '').shape : undefined;
    return shape && { datatype: 'int64', shape: [shape.length], elements: shape };
  }

  #name(stem: string): string {
    this.#count += 1;
    return `${stem}_${this.#count}`;
  }
}
