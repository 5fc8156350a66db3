/** Emits ONNX `Pad` in the one form that ONNX Runtime computes as the standard says. */
import type { GraphBuilder } from './graph-builder.ts';
import { text } from './onnx-graph.ts';

export interface Padding {
  /** Int64 vector: before each axis, then after each axis. */
  readonly amounts: string;
  /** Scalar of the value's datatype; the empty string stands for zero. */
  readonly fill: string;
  readonly mode: string;
}

/**
 * Names every axis, which changes nothing and keeps ONNX Runtime from merging a padding with zeros into a following
 * pooling: there the edge of a maximum would be minus infinity, and a wide padding is refused (seen in 1.30).
 */
export function emitPad(builder: GraphBuilder, value: string, { amounts, fill, mode }: Padding): string {
  const axes = Array.from(builder.typeOf(value).shape ?? [], (_, axis) => axis);
  const named = axes.length > 0 ? [builder.integers(axes)] : [];
  return builder.emit('Pad', [value, amounts, fill, ...named], { mode: text(mode) });
}
