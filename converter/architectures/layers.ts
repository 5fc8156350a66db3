/** The layers that PyTorch's names stand for: a checkpoint's parameters on one side, the network on the other. */
import type { Activation, NetworkBuilder, Padding, Value } from '../network/network-builder.ts';
import type { FloatTensor } from '../network/model-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import type { Parameters } from './parameters.ts';
import { convolutionKernel, depthwiseKernel, transposed } from './weight-layouts.ts';

export interface ConvolutionOptions {
  /** Prefix of the batch normalisation's parameters; a plain bias is taken when there is none. */
  readonly norm?: string;
  readonly epsilon?: number;
  readonly activation?: Activation;
  readonly stride?: number;
  /** `torch`, the default, pads half a kernel on each side; `same` is TensorFlow's. */
  readonly padding?: 'torch' | 'same';
  /** Number of filters; what the checkpoint has when absent. */
  readonly outputs?: number;
  /** Side of the kernel; what the checkpoint has when absent. */
  readonly kernel?: number;
}

/** y = factor · x + shift for each channel. */
interface ChannelScale {
  readonly factors: Float64Array;
  readonly shift: FloatTensor;
}

/** PyTorch's default for BatchNorm2d. */
const usualEpsilon = 1e-5;

export class Layers {
  readonly network: NetworkBuilder;
  readonly parameters: Parameters;

  constructor(network: NetworkBuilder, parameters: Parameters) {
    this.network = network;
    this.parameters = parameters;
  }

  /**
   * Convolution, then normalisation and activation where they are named.
   *
   * The normalisation is multiplied into the kernel here, in float64, so that no engine has to do it.
   */
  convolution(name: string, input: Value, options: ConvolutionOptions = {}): Value {
    const expected = [
      options.outputs ?? null,
      input.channels,
      options.kernel ?? null,
      options.kernel ?? null,
    ];
    const weight = this.parameters.take(`${name}.weight`, expected);
    const scale = this.#scale(name, weight.shape[0] ?? 0, options);
    const kernel = convolutionKernel(weight, scale.factors);
    const value = this.network.convolution(name, input, kernel, this.#window(weight, options));
    return this.#finished(name, value, { shift: scale.shift, options });
  }

  depthwise(name: string, input: Value, options: ConvolutionOptions = {}): Value {
    const side = options.kernel ?? null;
    const weight = this.parameters.take(`${name}.weight`, [input.channels, 1, side, side]);
    const scale = this.#scale(name, input.channels, options);
    const kernel = depthwiseKernel(weight, scale.factors);
    const value = this.network.depthwiseConvolution(name, input, kernel, this.#window(weight, options));
    return this.#finished(name, value, { shift: scale.shift, options });
  }

  /** A fully connected layer with its bias; the number of outputs is the checkpoint's when absent. */
  dense(name: string, input: Value, outputs?: number): Value {
    const weight = this.parameters.take(`${name}.weight`, [outputs ?? null, input.channels]);
    const product = this.network.dense(name, input, transposed(weight));
    const bias = this.parameters.take(`${name}.bias`, [product.channels]);
    return this.network.bias(name, product, bias);
  }

  #window(
    weight: FloatTensor,
    { stride = 1, padding = 'torch' }: ConvolutionOptions,
  ): { stride: number; padding: Padding } {
    const [, , height = 1, width = 1] = weight.shape;
    if (height !== width || height % 2 === 0) {
      throw new UnsupportedModel(`A kernel of ${height} by ${width} is none of an architecture known here.`);
    }
    return { stride, padding: padding === 'same' ? 'same' : (height - 1) / 2 };
  }

  #scale(name: string, channels: number, { norm, epsilon = usualEpsilon }: ConvolutionOptions): ChannelScale {
    if (norm === undefined) {
      const shift = this.parameters.take(`${name}.bias`, [channels]);
      return { factors: new Float64Array(channels).fill(1), shift };
    }
    const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      this.parameters.take(`${norm}.${part}`, [channels]),
    );
    const factors = new Float64Array(channels);
    const shift = new Float32Array(channels);
    for (let channel = 0; channel < channels; channel += 1) {
      const at = (tensor: FloatTensor | undefined): number => tensor?.elements[channel] ?? 0;
      const factor = at(gamma) / Math.sqrt(at(variance) + epsilon);
      factors[channel] = factor;
      shift[channel] = at(beta) - at(mean) * factor;
    }
    return { factors, shift: { datatype: 'float32', shape: [channels], elements: shift } };
  }

  #finished(
    name: string,
    value: Value,
    { shift, options }: { shift: FloatTensor; options: ConvolutionOptions },
  ): Value {
    const shifted = this.network.bias(name, value, shift);
    const { activation } = options;
    return activation === undefined ? shifted : this.network.activation(name, shifted, activation);
  }
}
