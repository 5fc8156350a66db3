/** Folds what surrounds a convolution into it: zero padding before, scale, shift and batch normalisation after. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { constantOf, numbersOf } from '../onnx/constants.ts';
import { integers, integersAttribute, type OnnxGraph, type OnnxNode } from '../onnx/onnx-graph.ts';
import { emitPad } from '../onnx/pad-operator.ts';
import { affineOf, type Affine } from './affine.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { readerCounts, rebuild, type Rebuilding } from './rebuild.ts';

/** A convolution of the new graph that may still take something in. */
interface OpenConvolution {
  readonly input: string;
  readonly weights: NumericTensor;
  readonly bias: NumericTensor | undefined;
  readonly attributes: OnnxNode['attributes'];
}

/** A zero padding of the new graph: [top, left, bottom, right] around `input`. */
interface OpenPadding {
  readonly input: string;
  readonly pads: readonly [number, number, number, number];
}

export function fuseConvolutions(graph: OnnxGraph): OnnxGraph {
  const readers = readerCounts(graph);
  const convolutions = new Map<string, OpenConvolution>();
  const paddings = new Map<string, OpenPadding>();
  const fused = rebuild(graph, {
    rewrite: (node, inputs, state) => {
      const [first = ''] = inputs;
      if (node.operator === 'Pad') {
        return rememberPadding(inputs, node, { state, paddings });
      }
      if (node.operator === 'Conv') {
        return emitConvolution(openConvolution(node, inputs, { state, paddings }), state, convolutions);
      }
      const target = inputs.find((value) => convolutions.has(value)) ?? first;
      const convolution = convolutions.get(target);
      const isOnlyReader = node.inputs.every(
        (name) => state.renamed.get(name) !== target || readers.get(name) === 1,
      );
      if (convolution === undefined || !isOnlyReader) return undefined;
      const affine = affineOf(node, inputs, {
        target,
        builder: state.builder,
        channels: convolution.weights.shape[0] ?? 0,
      });
      return affine && emitConvolution(scaled(convolution, affine), state, convolutions);
    },
  });
  return eliminateDeadCode(fused);
}

function rememberPadding(
  [input = '', padsValue = '', fill = '']: readonly string[],
  node: OnnxNode,
  { state, paddings }: { state: Rebuilding; paddings: Map<string, OpenPadding> },
): string | undefined {
  const pads = state.builder.constantOf(padsValue);
  const mode = node.attributes['mode'];
  if (pads === undefined || (mode?.kind === 'string' && mode.value !== 'constant')) return undefined;
  const fillConstant = state.builder.constantOf(fill);
  const isZero = fillConstant !== undefined && numbersOf(fillConstant).every((value) => value === 0);
  if (fill !== '' && !isZero) return undefined;
  const amounts = numbersOf(pads);
  if (amounts.every((amount) => amount === 0)) return input;
  const [batchBefore, channelBefore, top, left, batchAfter, channelAfter, bottom, right] = amounts;
  if (
    amounts.length !== 8 ||
    batchBefore !== 0 ||
    channelBefore !== 0 ||
    batchAfter !== 0 ||
    channelAfter !== 0
  ) {
    return undefined;
  }
  const value = emitPad(state.builder, input, { amounts: padsValue, fill, mode: 'constant' });
  paddings.set(value, { input, pads: [top ?? 0, left ?? 0, bottom ?? 0, right ?? 0] });
  return value;
}

function openConvolution(
  node: OnnxNode,
  [input = '', weightsValue = '', biasValue]: readonly string[],
  { state, paddings }: { state: Rebuilding; paddings: ReadonlyMap<string, OpenPadding> },
): OpenConvolution | undefined {
  const weights = state.builder.constantOf(weightsValue);
  const bias = biasValue === undefined ? undefined : state.builder.constantOf(biasValue);
  if (weights?.datatype !== 'float32' || (biasValue !== undefined && bias === undefined)) return undefined;
  const padding = paddings.get(input);
  if (padding === undefined || node.attributes['auto_pad'] !== undefined) {
    return { input, weights, bias, attributes: node.attributes };
  }
  const own = integersAttribute(node.attributes, 'pads') ?? [0, 0, 0, 0];
  const pads = integers(padding.pads.map((amount, side) => amount + (own[side] ?? 0)));
  return { input: padding.input, weights, bias, attributes: { ...node.attributes, pads } };
}

function emitConvolution(
  convolution: OpenConvolution | undefined,
  state: Rebuilding,
  convolutions: Map<string, OpenConvolution>,
): string | undefined {
  if (convolution === undefined) return undefined;
  const { builder } = state;
  const bias = convolution.bias === undefined ? [] : [builder.constant(convolution.bias)];
  const inputs = [convolution.input, builder.constant(convolution.weights), ...bias];
  const value = builder.emit('Conv', inputs, convolution.attributes);
  convolutions.set(value, convolution);
  return value;
}

/** y = scale · conv(x) + shift, computed in float64 and rounded once. */
function scaled(convolution: OpenConvolution, { scale, shift }: Affine): OpenConvolution {
  const { weights } = convolution;
  const [count = 0] = weights.shape;
  const perFilter = weights.elements.length / Math.max(count, 1);
  const bias = convolution.bias === undefined ? undefined : numbersOf(convolution.bias);
  const newBias = scale.map((factor, filter) => factor * (bias?.[filter] ?? 0) + (shift[filter] ?? 0));
  const isPlainShift = scale.every((factor) => factor === 1);
  const elements = isPlainShift ? weights.elements : new Float32Array(weights.elements.length);
  if (!isPlainShift) {
    for (let index = 0; index < elements.length; index += 1) {
      elements[index] = Number(weights.elements[index] ?? 0) * (scale[Math.floor(index / perFilter)] ?? 1);
    }
  }
  return {
    ...convolution,
    weights: { datatype: 'float32', shape: weights.shape, elements },
    bias: constantOf('float32', [count], newBias),
  };
}
