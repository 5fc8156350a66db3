/** Lets a pooling do the padding with zeros that stands in front of it, where that gives the same numbers. */
import { numbersOf } from '../onnx/constants.ts';
import { integer, integers, integersAttribute, type OnnxGraph, type OnnxNode } from '../onnx/onnx-graph.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { rebuild, type Rebuilding } from './rebuild.ts';

type Pads = readonly [top: number, left: number, bottom: number, right: number];

/** A padding of height and width with zeros. */
interface ZeroPadding {
  readonly input: string;
  readonly pads: Pads;
}

/** Their results are never below zero. */
const rectifiers: ReadonlySet<string> = new Set(['Relu', 'Sigmoid', 'HardSigmoid', 'Abs']);

/**
 * A maximum pads with −∞ and an average may count its padding as zeros: an average is always the same, a maximum is
 * where no number is negative, since every window then holds something that is at least as large as the zeros. The run
 * time leaves its blocked layout for a padding, but not for a pooling.
 */
export function padInsidePools(graph: OnnxGraph): OnnxGraph {
  const paddings = new Map<string, ZeroPadding>();
  const rectified = new Set<string>();
  const folded = rebuild(graph, {
    rewrite: (node, inputs, state) => {
      const [input = ''] = inputs;
      if (node.operator === 'Pad') {
        const pads = zeroPads(node, inputs, state);
        if (pads === undefined) return undefined;
        const value = state.builder.emit('Pad', inputs, node.attributes);
        paddings.set(value, { input, pads });
        return value;
      }
      if (isRectifier(node, inputs, state)) {
        const value = state.builder.emit(node.operator, inputs, node.attributes);
        rectified.add(value);
        return value;
      }
      const padding = paddings.get(input);
      return padding && pool(node, padding, { state, isRectified: rectified.has(padding.input) });
    },
  });
  return eliminateDeadCode(folded);
}

function zeroPads(
  node: OnnxNode,
  [, padsValue = '', fill = '']: readonly string[],
  { builder }: Rebuilding,
): Pads | undefined {
  const mode = node.attributes['mode'];
  const constant = builder.constantOf(padsValue);
  const fillConstant = builder.constantOf(fill);
  const isZero = fill === '' || (fillConstant && numbersOf(fillConstant).every((value) => value === 0));
  if (constant === undefined || isZero !== true) return undefined;
  if (mode?.kind === 'string' && mode.value !== 'constant') return undefined;
  const amounts = numbersOf(constant);
  const [batchBefore, channelBefore, top = 0, left = 0, batchAfter, channelAfter, bottom = 0, right = 0] =
    amounts;
  const others = [batchBefore, channelBefore, batchAfter, channelAfter];
  return amounts.length === 8 && others.every((amount) => amount === 0) && Math.min(...amounts) >= 0
    ? [top, left, bottom, right]
    : undefined;
}

function isRectifier(node: OnnxNode, inputs: readonly string[], { builder }: Rebuilding): boolean {
  if (node.operator !== 'Clip') return rectifiers.has(node.operator);
  const least = builder.constantOf(inputs[1] ?? '');
  return least !== undefined && Number(least.elements[0]) >= 0;
}

function pool(
  { operator, attributes }: OnnxNode,
  { input, pads }: ZeroPadding,
  { state, isRectified }: { state: Rebuilding; isRectified: boolean },
): string | undefined {
  if (attributes['auto_pad'] !== undefined) return undefined;
  const own = integersAttribute(attributes, 'pads') ?? [0, 0, 0, 0];
  const kernel = integersAttribute(attributes, 'kernel_shape') ?? [];
  const together = pads.map((amount, side) => amount + (own[side] ?? 0));
  // The run time refuses a padding as wide as the window, and some windows would see nothing else.
  if (together.some((amount, side) => amount >= (kernel[side % 2] ?? 0))) return undefined;
  if (operator === 'MaxPool' && isRectified) {
    return state.builder.emit('MaxPool', [input], { ...attributes, pads: integers(together) });
  }
  if (operator === 'AveragePool' && own.every((amount) => amount === 0)) {
    return state.builder.emit('AveragePool', [input], {
      ...attributes,
      pads: integers(together),
      count_include_pad: integer(1),
    });
  }
  return undefined;
}
