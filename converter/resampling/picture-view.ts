/** A tensor that still shows the decoded picture: which part of it, how sampled, and in what order of axes. */
import type { AxisSampling } from '../../gateway/domain/bilinear-plan.ts';

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

export type Axis = 'unit' | 'row' | 'column' | 'channel';

export interface PictureView {
  readonly datatype: 'uint8' | 'float32';
  /** Outermost first; `unit` has the size 1. */
  readonly axes: readonly Axis[];
  readonly rows: AxisSampling;
  readonly columns: AxisSampling;
  /** How the samples lie, once the picture has been resized. */
  readonly coordinates: string | undefined;
  /** Which decoded channel each channel shows. */
  readonly channels: readonly number[];
  /** (sample + shift) · factor + offset, by channel. */
  readonly shift: readonly number[];
  readonly factor: readonly number[];
  readonly offset: readonly number[];
}

/** The decoded pixels themselves: uint8 [height, width, 3]. */
export function decodedView({ height, width }: PictureSize): PictureView {
  const whole = (size: number): AxisSampling => ({ start: 0, size, first: 0, count: size, scale: 1 });
  return {
    datatype: 'uint8',
    axes: ['row', 'column', 'channel'],
    rows: whole(height),
    columns: whole(width),
    coordinates: undefined,
    channels: [0, 1, 2],
    shift: [0, 0, 0],
    factor: [1, 1, 1],
    offset: [0, 0, 0],
  };
}

export function sizeAlong(view: PictureView, axis: Axis): number {
  switch (axis) {
    case 'unit':
      return 1;
    case 'row':
      return view.rows.count;
    case 'column':
      return view.columns.count;
    case 'channel':
      return view.channels.length;
  }
}

export function shapeOf(view: PictureView): number[] {
  return view.axes.map((axis) => sizeAlong(view, axis));
}
