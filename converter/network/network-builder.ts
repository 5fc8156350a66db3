/** Writes a network as TensorFlow nodes, channels last, one method for each kind of layer. */
import { boolean, integers, shape, text, type, type Attributes } from './attributes.ts';
import { GraphNodes } from './graph-nodes.ts';
import { networkInput, type FloatTensor, type Network } from './model-graph.ts';

/** A tensor [N,H,W,channels], or [N,channels] behind the pooling. */
export interface Value {
  readonly reference: string;
  readonly channels: number;
}

/** `same` is TensorFlow's; a number pads that many zeros on all four sides, as PyTorch does. */
export type Padding = 'same' | number;

export interface Window {
  readonly stride: number;
  readonly padding: Padding;
}

export type Activation = 'relu' | 'relu6' | 'hard-swish' | 'hard-sigmoid';

const float = { T: type('float32') };

export class NetworkBuilder {
  readonly #nodes = new GraphNodes();
  readonly #variableNodes = new GraphNodes();
  readonly #variables = new Map<string, FloatTensor>();

  input(channels: number): Value {
    return { reference: networkInput, channels };
  }

  /** @param kernel [height, width, inputs, outputs]. */
  convolution(name: string, input: Value, kernel: FloatTensor, window: Window): Value {
    return {
      reference: this.#windowed('Conv2D', name, { input, kernel, window }),
      channels: kernel.shape[3] ?? 0,
    };
  }

  /** @param kernel [height, width, channels, 1]. */
  depthwiseConvolution(name: string, input: Value, kernel: FloatTensor, window: Window): Value {
    return {
      reference: this.#windowed('DepthwiseConv2dNative', name, { input, kernel, window }),
      channels: input.channels,
    };
  }

  bias(name: string, input: Value, bias: FloatTensor): Value {
    return this.#emit(`${name}/BiasAdd`, 'BiasAdd', [input, this.#variable(`${name}/bias`, bias)]);
  }

  activation(name: string, input: Value, activation: Activation): Value {
    switch (activation) {
      case 'relu':
        return this.#emit(`${name}/Relu`, 'Relu', [input]);
      case 'relu6':
        return this.#emit(`${name}/Relu6`, 'Relu6', [input]);
      case 'hard-sigmoid':
        return this.#hardSigmoid(name, input);
      case 'hard-swish':
        return this.multiply(name, input, this.#hardSigmoid(name, input));
    }
  }

  add(name: string, left: Value, right: Value): Value {
    return this.#emit(`${name}/add`, 'AddV2', [left, right.reference]);
  }

  /** Element by element; `factor` may be [N,1,1,channels]. */
  multiply(name: string, input: Value, factor: Value): Value {
    return this.#emit(`${name}/multiply`, 'Mul', [input, factor.reference]);
  }

  maximumPool(name: string, input: Value, window: Window & { readonly size: number }): Value {
    const { size, stride, padding } = window;
    // Padded inside the operation: zeros around it would win over negative values.
    return this.#emit(`${name}/MaxPool`, 'MaxPool', [input], {
      ksize: integers([1, size, size, 1]),
      strides: integers([1, stride, stride, 1]),
      ...(padding === 'same'
        ? { padding: text('SAME') }
        : {
            padding: text('EXPLICIT'),
            explicit_paddings: integers([0, 0, padding, padding, padding, padding, 0, 0]),
          }),
    });
  }

  /** The mean over height and width: [N,channels], or [N,1,1,channels] when the axes are kept. */
  globalMean(name: string, input: Value, keepsAxes = false): Value {
    const axes = this.#nodes.integers(`${name}/axes`, [1, 2]);
    return this.#emit(`${name}/Mean`, 'Mean', [input, axes], {
      Tidx: type('int32'),
      keep_dims: boolean(keepsAxes),
    });
  }

  /** @param weights [inputs, outputs]. */
  dense(name: string, input: Value, weights: FloatTensor): Value {
    const product = this.#emit(`${name}/MatMul`, 'MatMul', [
      input,
      this.#variable(`${name}/kernel`, weights),
    ]);
    return { ...product, channels: weights.shape[1] ?? 0 };
  }

  finish(logits: Value): Network {
    return {
      nodes: this.#nodes.nodes,
      variableNodes: this.#variableNodes.nodes,
      variables: this.#variables,
      logits: logits.reference,
      classCount: logits.channels,
    };
  }

  /** A variable's handle and its value, which is what layers read. */
  #variable(name: string, value: FloatTensor): string {
    const handle = `parameters/${name}`;
    this.#variables.set(handle, value);
    this.#variableNodes.add(handle, 'VarHandleOp', [], {
      dtype: type('float32'),
      shape: shape(value.shape),
      shared_name: text(handle),
      container: text(''),
    });
    return this.#variableNodes.add(`${handle}/read`, 'ReadVariableOp', [handle], { dtype: type('float32') });
  }

  #windowed(
    operation: string,
    name: string,
    { input, kernel, window }: { input: Value; kernel: FloatTensor; window: Window },
  ): string {
    const { stride, padding } = window;
    const [height = 1, width = 1] = kernel.shape;
    const isSame =
      padding === 'same' || (stride === 1 && height === 2 * padding + 1 && width === 2 * padding + 1);
    const padded = isSame || padding === 0 ? input : this.#zeroPad(name, input, padding);
    const weights = this.#variable(`${name}/kernel`, kernel);
    return this.#emit(`${name}/${operation}`, operation, [padded, weights], {
      strides: integers([1, stride, stride, 1]),
      padding: text(isSame ? 'SAME' : 'VALID'),
    }).reference;
  }

  #zeroPad(name: string, input: Value, amount: number): Value {
    const pairs = [0, 0, amount, amount, amount, amount, 0, 0];
    const amounts = this.#nodes.constant(`${name}/paddings`, {
      datatype: 'int32',
      shape: [4, 2],
      elements: Int32Array.from(pairs),
    });
    return this.#emit(`${name}/Pad`, 'Pad', [input, amounts], { Tpaddings: type('int32') });
  }

  #hardSigmoid(name: string, input: Value): Value {
    const raised = this.#emit(`${name}/raise`, 'AddV2', [input, this.#nodes.scalar(`${name}/three`, 3)]);
    const clipped = this.#emit(`${name}/Relu6`, 'Relu6', [raised]);
    return this.#emit(`${name}/scale`, 'Mul', [clipped, this.#nodes.scalar(`${name}/sixth`, 1 / 6)]);
  }

  #emit(
    name: string,
    operation: string,
    [first, ...others]: readonly [Value, ...string[]],
    attributes: Attributes = {},
  ): Value {
    const reference = this.#nodes.add(name, operation, [first.reference, ...others], {
      ...float,
      ...attributes,
    });
    return { reference, channels: first.channels };
  }
}
