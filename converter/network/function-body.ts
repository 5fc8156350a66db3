/** Collects the nodes of a function, where a value goes by its node, its output's name and a number. */
import type { Tensor } from '../../gateway/domain/tensor.ts';
import type { TensorFlowNode } from '../readers/saved-model/tensorflow-graph.ts';
import { boolean, integer, tensor, type, type Attributes } from './attributes.ts';

/** The output's name in the operation's definition; `output` for all others. */
const outputNames: ReadonlyMap<string, string> = new Map([
  ['AddV2', 'z'],
  ['Cast', 'y'],
  ['DecodeJpeg', 'image'],
  ['FloorDiv', 'z'],
  ['Less', 'z'],
  ['Maximum', 'z'],
  ['Minimum', 'z'],
  ['Mul', 'z'],
  ['RealDiv', 'z'],
  ['ResizeBilinear', 'resized_images'],
  ['Round', 'y'],
  ['ScaleAndTranslate', 'resized_images'],
  ['Sub', 'z'],
  ['TensorListGetItem', 'item'],
  ['TensorListSetItem', 'output_handle'],
  ['Transpose', 'y'],
]);

type Number = 'int32' | 'float32';

export class FunctionBody {
  readonly nodes: TensorFlowNode[] = [];

  add(name: string, operation: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.nodes.push({ name, operation, inputs, attributes: new Map(Object.entries(attributes)) });
    return `${name}:${outputNames.get(operation) ?? 'output'}:0`;
  }

  /** A scalar for a bare number, else a vector. */
  constant(name: string, values: number | readonly number[], datatype: Number = 'int32'): string {
    const isScalar = typeof values === 'number';
    const list = isScalar ? [values] : values;
    const value: Tensor = {
      datatype,
      shape: isScalar ? [] : [list.length],
      elements: datatype === 'int32' ? Int32Array.from(list) : Float32Array.from(list),
    };
    return this.add(name, 'Const', [], { dtype: type(datatype), value: tensor(value) });
  }

  arithmetic(
    name: string,
    operation: string,
    inputs: readonly string[],
    datatype: Number = 'float32',
  ): string {
    return this.add(name, operation, inputs, { T: type(datatype) });
  }

  cast(name: string, input: string, from: Number | 'uint8', to: Number | 'uint8'): string {
    return this.add(name, 'Cast', [input], {
      SrcT: type(from),
      DstT: type(to),
      Truncate: boolean(false),
    });
  }

  concatenate(name: string, parts: readonly string[], axis: string): string {
    return this.add(name, 'ConcatV2', [...parts, axis], {
      N: integer(parts.length),
      T: type('int32'),
      Tidx: type('int32'),
    });
  }

  slice(
    name: string,
    [input, begin, size]: readonly [string, string, string],
    datatype: Number = 'float32',
  ): string {
    return this.add(name, 'Slice', [input, begin, size], { T: type(datatype), Index: type('int32') });
  }
}
