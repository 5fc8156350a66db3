/** The signature for pictures that the gateway adds to a model of tensors, under the names the compiler uses too. */
import type { Signature } from '../../domain/engine.ts';
import type { PreparedInput } from '../../domain/picture-preparation.ts';

export const picturesName = 'pictures';

/** A signature that takes pictures here and tensors at the backend. */
export interface PicturesSignature {
  readonly signature: Signature;
  /** The one that the backend is asked. */
  readonly target: Signature;
  readonly prepared: PreparedInput;
}

export function picturesSignature(target: Signature, prepared: PreparedInput): PicturesSignature {
  const rows = target.inputs[0]?.shape[0] ?? null;
  return {
    signature: {
      name: picturesName,
      inputs: [{ name: 'image_bytes', datatype: 'string', shape: [rows] }],
      outputs: target.outputs,
    },
    target,
    prepared,
  };
}
