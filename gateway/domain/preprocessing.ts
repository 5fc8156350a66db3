/** How a picture becomes the numbers a network was trained on, as data. */

/**
 * `bilinear` and `bicubic` widen their kernel when they shrink, as Pillow does. `plain-bilinear` and `legacy-bilinear`
 * look at four pixels only: the first as TensorFlow 2 and Keras do unless told otherwise, the second as TensorFlow 1.
 */
export const resizeFilters = ['bilinear', 'bicubic', 'plain-bilinear', 'legacy-bilinear'] as const;

export type ResizeFilter = (typeof resizeFilters)[number];

/** A triple counts red, green, blue, on the scale from 0 to 255. */
export type ChannelTriple = readonly [red: number, green: number, blue: number];

/** `rgb` unless said otherwise; networks that began in Caffe take blue first. */
export const channelOrders = ['rgb', 'bgr'] as const;

export type ChannelOrder = (typeof channelOrders)[number];

/** How JPEG pictures are decoded: `fast` as TensorFlow does unless told otherwise, `accurate` as Pillow does. */
export const dctMethods = ['fast', 'accurate'] as const;

export type DctMethod = (typeof dctMethods)[number];

export interface PreprocessingRecipe {
  /** `fast` when absent. */
  readonly dct?: DctMethod;
  /** Pixels of the shorter side after resizing, its proportions kept; `stretch` resizes to the square itself. */
  readonly resize: number | 'stretch';
  readonly filter: ResizeFilter;
  /** Side, in pixels, of the square that the network takes, cut from the middle. */
  readonly size: number;
  /** Subtracted first. */
  readonly mean: ChannelTriple;
  /** Divided by last. */
  readonly deviation: ChannelTriple;
  /** The order in which the network takes the channels; `rgb` when absent. */
  readonly channels?: ChannelOrder;
}

/** What is said of a recipe; the model's signature and the usual way say the rest. */
export type StatedPreprocessing = Partial<PreprocessingRecipe>;
