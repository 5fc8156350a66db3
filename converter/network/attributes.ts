/** Attributes of TensorFlow nodes, written as what they hold. */
import type { Tensor } from '../../gateway/domain/tensor.ts';
import type {
  AttributeValue,
  PartialShape,
  TensorFlowDatatype,
} from '../readers/saved-model/tensorflow-graph.ts';

export type Attributes = Readonly<Record<string, AttributeValue>>;

export const type = (value: TensorFlowDatatype): AttributeValue => ({ kind: 'type', value });
export const integer = (value: number): AttributeValue => ({ kind: 'integer', value });
export const boolean = (value: boolean): AttributeValue => ({ kind: 'boolean', value });
export const text = (value: string): AttributeValue => ({ kind: 'string', value });
export const shape = (value: PartialShape): AttributeValue => ({ kind: 'shape', value });
export const tensor = (value: Tensor): AttributeValue => ({ kind: 'tensor', value });
export const functionNamed = (value: string): AttributeValue => ({ kind: 'function', value });

/** For lists of other kinds. */
export const emptyList = {
  kind: 'list',
  strings: [],
  integers: [],
  floats: [],
  booleans: [],
  types: [],
  shapes: [],
  functions: [],
} as const;

export const integers = (values: readonly number[]): AttributeValue => ({ ...emptyList, integers: values });
export const types = (values: readonly TensorFlowDatatype[]): AttributeValue => ({
  ...emptyList,
  types: values,
});
export const shapes = (values: readonly PartialShape[]): AttributeValue => ({ ...emptyList, shapes: values });
