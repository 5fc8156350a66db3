/** One operator on a tensor that shows the picture, with whatever else it is given. */
import type { OnnxAttributes } from '../onnx/onnx-graph.ts';
import type { PictureView } from './picture-view.ts';
import type { SmallTensor } from './resampling-graph.ts';

export interface ViewRequest {
  readonly view: PictureView;
  readonly attributes: OnnxAttributes;
  /** The inputs after the first; `undefined` where one is absent. */
  readonly parameters: readonly (SmallTensor | undefined)[];
}

/** `undefined` when what comes out shows the picture in no way that a resampling could. */
export type ViewStep = (request: ViewRequest) => PictureView | undefined;
