/** What remains of a picture's preparation once its size is known: one bilinear sampling and one line a channel. */

/** Where the samples along one side of a picture lie; arithmetic is in float32, in TensorFlow's order. */
export interface AxisSampling {
  /** First pixel of the part that is sampled. */
  readonly start: number;
  /** Pixels of that part; beyond its edges the outermost pixel goes on. */
  readonly size: number;
  /** Number of the first sample that is wanted. */
  readonly first: number;
  /** Samples that are wanted. */
  readonly count: number;
  /** Pixels from one sample to the next. */
  readonly scale: number;
}

/** A number for each of the three channels of the result. */
export type ByChannel = readonly [number, number, number];

/** Decoded pixels uint8 [H,W,3] of one size → the float32 numbers that a network takes. */
export interface BilinearPlan {
  readonly rows: AxisSampling;
  readonly columns: AxisSampling;
  /** Sample k lies at (k + ½) · scale − ½ instead of k · scale. */
  readonly isHalfPixel: boolean;
  /** Which decoded channel each channel of the result shows. */
  readonly channels: ByChannel;
  /** (sample + shift) · factor + offset is the result. */
  readonly shift: ByChannel;
  readonly factor: ByChannel;
  readonly offset: ByChannel;
  readonly layout: 'channels-first' | 'channels-last';
  /** Of the result: the sizes above, with axes of size 1 wherever the network wants them. */
  readonly shape: readonly number[];
}
