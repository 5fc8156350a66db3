/** Builds an ONNX graph node by node, folding constants and inferring types as it goes. */
import { elementCount, type NumericDatatype, type NumericTensor } from '../../gateway/domain/tensor.ts';
import { int64Vector } from './constants.ts';
import { foldConstants, foldPartial } from './fold.ts';
import { FoldingBudget } from './folding-budget.ts';
import { inferType, onnxDatatypes } from './infer-type.ts';
import { reshapingOperators } from './movement.ts';
import {
  integer,
  type OnnxAttributes,
  type OnnxGraph,
  type OnnxInput,
  type OnnxNode,
  type OnnxOutput,
  type ValueType,
} from './onnx-graph.ts';
import { completed, maximumPartialElements, partialOf, type PartialTensor } from './partial-tensor.ts';

export class GraphBuilder {
  /** The TensorFlow node that is being lowered; every emitted node remembers it. */
  origin = '';
  readonly #inputs: OnnxInput[] = [];
  readonly #inputNames = new Set<string>();
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, NumericTensor>();
  readonly #types = new Map<string, ValueType>();
  readonly #partials = new Map<string, PartialTensor>();
  readonly #budget = new FoldingBudget();
  #count = 0;

  input(name: string, type: ValueType): string {
    this.#inputs.push({ name, type });
    this.#inputNames.add(name);
    this.#types.set(name, type);
    return name;
  }

  constant(tensor: NumericTensor): string {
    this.#budget.earn(tensor.elements.length);
    return this.#hold(tensor);
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
    const count = knownCount(type.shape);
    if (type.datatype === 'string' || count === undefined)
      return this.#run(operator, inputs, attributes, type);
    const request = { operator, attributes, datatype: type.datatype };
    if (inputs.every((name, index) => name === '' || constants[index] !== undefined)) {
      if (!reshapingOperators.has(operator)) this.#budget.spend(count, this.origin);
      const folded = foldConstants(request, constants);
      if (folded !== undefined) return this.#hold(folded);
    }
    const known =
      count > maximumPartialElements
        ? undefined
        : (this.#knownShape(operator, inputs) ?? foldPartial(request, partials, constants));
    const whole = known && completed(known);
    if (whole !== undefined) return this.#hold(whole);
    const output = this.#run(operator, inputs, attributes, type);
    if (known !== undefined) this.#partials.set(output, known);
    return output;
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

  /** Elements of a small integer value, `null` where one is known only at run time; `undefined` for all others. */
  elementsOf(value: string): readonly (number | null)[] | undefined {
    return this.#partials.get(value)?.elements;
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

  #hold(tensor: NumericTensor): string {
    const name = this.#name('constant');
    this.#constants.set(name, tensor);
    this.#types.set(name, { datatype: tensor.datatype, shape: tensor.shape });
    const partial = partialOf(tensor);
    if (partial !== undefined) this.#partials.set(name, partial);
    return name;
  }

  #run(operator: string, inputs: readonly string[], attributes: OnnxAttributes, type: ValueType): string {
    return this.emitTyped(operator, inputs, attributes, [type])[0] ?? '';
  }

  #knownShape(operator: string, inputs: readonly string[]): PartialTensor | undefined {
    const shape = operator === 'Shape' ? this.typeOf(inputs[0] ?? '').shape : undefined;
    return shape && { datatype: 'int64', shape: [shape.length], elements: shape };
  }

  #name(stem: string): string {
    let name: string;
    do {
      this.#count += 1;
      name = `${stem}_${this.#count}`;
    } while (this.#inputNames.has(name));
    return name;
  }
}

function knownCount(shape: ValueType['shape']): number | undefined {
  const sizes = shape?.filter((size) => size !== null);
  return sizes === undefined || sizes.length !== shape?.length ? undefined : elementCount(sizes);
}
