/** The network of TensorFlow's official ResNet-50 v2 as a plain exporter writes it: NCHW, one ONNX node a layer. */
import { GraphBuilder } from '../../converter/onnx/graph-builder.ts';
import { float, integer, integers } from '../../converter/onnx/onnx-graph.ts';
import { writeOnnx } from '../../converter/writers/onnx.ts';
import { noise } from './noise.ts';

interface Convolution {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride: number;
}

interface Block {
  readonly from: number;
  /** Channels of the two inner convolutions; the block gives four times as many. */
  readonly width: number;
  readonly stride: number;
  readonly isProjected: boolean;
}

const stages = [
  { blocks: 3, width: 64, stride: 1 },
  { blocks: 4, width: 128, stride: 2 },
  { blocks: 6, width: 256, stride: 2 },
  { blocks: 3, width: 512, stride: 2 },
] as const;

/**
 * Layers and order are those of the paper "Identity Mappings in Deep Residual Networks" (He and others, 2016) with
 * the stride in the 3 × 3 convolution and explicit padding; the weights are noise, which costs the same time.
 *
 * @returns an ONNX file: `prepared` float32 [batch,3,224,224] → `probabilities` [batch,1001], `classes` [batch]
 */
export function plainResnet50(): Uint8Array {
  const builder = new GraphBuilder();
  let value = builder.input('prepared', { datatype: 'float32', shape: [null, 3, 224, 224] });
  value = convolve(builder, value, { from: 3, to: 64, kernel: 7, stride: 2 });
  value = builder.emit('MaxPool', [value], {
    kernel_shape: integers([3, 3]),
    strides: integers([2, 2]),
    pads: integers([0, 0, 1, 1]),
  });
  let channels = 64;
  for (const { blocks, width, stride } of stages) {
    for (let block = 0; block < blocks; block += 1) {
      const isFirst = block === 0;
      const shape = { from: channels, width, stride: isFirst ? stride : 1, isProjected: isFirst };
      value = bottleneck(builder, value, shape);
      channels = 4 * width;
    }
  }
  value = builder.emit('GlobalAveragePool', [normaliseAndRectify(builder, value, channels)]);
  value = builder.emit('Flatten', [value], { axis: integer(1) });
  builder.refine(value, [null, channels]);
  const weights = builder.constant({
    datatype: 'float32',
    shape: [channels, 1001],
    elements: noise(channels * 1001, 0.001),
  });
  const bias = builder.constant({ datatype: 'float32', shape: [1001], elements: noise(1001, 0.001) });
  const logits = builder.emit('Gemm', [value, weights, bias]);
  builder.refine(logits, [null, 1001]);
  const probabilities = builder.emit('Softmax', [logits], { axis: integer(1) });
  const classes = builder.emit('ArgMax', [logits], { axis: integer(1), keepdims: integer(0) });
  const graph = builder.finish([
    { name: 'probabilities', value: probabilities },
    { name: 'classes', value: classes },
  ]);
  return writeOnnx(graph, 'plain-resnet50');
}

function bottleneck(builder: GraphBuilder, input: string, block: Block): string {
  const { from, width, stride, isProjected } = block;
  const active = normaliseAndRectify(builder, input, from);
  const shortcut = isProjected
    ? convolve(builder, active, { from, to: 4 * width, kernel: 1, stride })
    : input;
  let value = convolve(builder, active, { from, to: width, kernel: 1, stride: 1 });
  value = normaliseAndRectify(builder, value, width);
  value = convolve(builder, value, { from: width, to: width, kernel: 3, stride });
  value = normaliseAndRectify(builder, value, width);
  value = convolve(builder, value, { from: width, to: 4 * width, kernel: 1, stride: 1 });
  return builder.emit('Add', [value, shortcut]);
}

function convolve(builder: GraphBuilder, input: string, { from, to, kernel, stride }: Convolution): string {
  const fanIn = from * kernel * kernel;
  const weights = builder.constant({
    datatype: 'float32',
    shape: [to, from, kernel, kernel],
    elements: noise(to * fanIn, Math.sqrt(3 / fanIn)),
  });
  const padding = Math.floor(kernel / 2);
  return builder.emit('Conv', [input, weights], {
    kernel_shape: integers([kernel, kernel]),
    strides: integers([stride, stride]),
    pads: integers([padding, padding, padding, padding]),
  });
}

function normaliseAndRectify(builder: GraphBuilder, input: string, channels: number): string {
  const filled = (value: number): string =>
    builder.constant({
      datatype: 'float32',
      shape: [channels],
      elements: new Float32Array(channels).fill(value),
    });
  const [scale, offset, mean, variance] = [filled(1), filled(0.01), filled(0.01), filled(1)];
  const normalised = builder.emit('BatchNormalization', [input, scale, offset, mean, variance], {
    epsilon: float(1e-5),
  });
  return builder.emit('Relu', [normalised]);
}
