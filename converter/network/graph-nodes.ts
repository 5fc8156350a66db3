/** Collects nodes of a main graph, where a value goes by its node's name. */
import type { Tensor } from '../../gateway/domain/tensor.ts';
import type { TensorFlowNode } from '../readers/saved-model/tensorflow-graph.ts';
import { tensor, type, type Attributes } from './attributes.ts';

export class GraphNodes {
  readonly nodes: TensorFlowNode[] = [];

  /** @returns the node's name, which stands for its first output. */
  add(name: string, operation: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.nodes.push({ name, operation, inputs, attributes: new Map(Object.entries(attributes)) });
    return name;
  }

  constant(name: string, value: Tensor): string {
    return this.add(name, 'Const', [], { dtype: type(value.datatype), value: tensor(value) });
  }

  /** An int32 constant: a vector, or a scalar for a bare number. */
  integers(name: string, values: number | readonly number[]): string {
    const isScalar = typeof values === 'number';
    const elements = Int32Array.from(isScalar ? [values] : values);
    return this.constant(name, { datatype: 'int32', shape: isScalar ? [] : [elements.length], elements });
  }

  scalar(name: string, value: number): string {
    return this.constant(name, { datatype: 'float32', shape: [], elements: Float32Array.of(value) });
  }
}
