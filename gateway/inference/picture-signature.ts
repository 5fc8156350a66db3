/** Finds in a model's signatures the one that takes encoded pictures, and what it answers with. */
import type { LoadedModel, Signature } from '../domain/engine.ts';
import { pictureInput } from '../domain/picture-input.ts';

/** How to ask a model about pictures. */
export interface PictureSignature {
  readonly signatureName: string;
  readonly inputName: string;
  /** True when the model takes a single picture a call: a scalar, or a batch fixed at one. */
  readonly isSingle: boolean;
  /** Rank of the input: 0 or 1. */
  readonly rank: number;
  readonly outputs: ClassifierOutputs;
}

export interface ClassifierOutputs {
  /** Name of the output that holds one class index a picture. */
  readonly classes: string | undefined;
  /** Name of the output that holds one score a class and picture. */
  readonly scores: string | undefined;
  /** Number of classes where the shape says it. */
  readonly classCount: number | undefined;
}

const integerDatatypes = new Set<string>(['uint8', 'int8', 'uint16', 'int16', 'int32', 'int64']);
/** How they are called in the official ResNet-50 and in TensorFlow's own signatures; what else is there may be features. */
const usualScores = ['probabilities', 'scores'];
const scoreDatatypes = new Set<string>(['float32', 'float64']);

/** The names of all signatures that take pictures. */
export function pictureSignatureNames(model: LoadedModel): readonly string[] {
  return suitedSignatures(model).map(({ name }) => name);
}

function suitedSignatures(model: LoadedModel): readonly Signature[] {
  return [...model.signatures.values()].filter((signature) => pictureInput(signature) !== undefined);
}

/**
 * The signature that is asked for if it takes pictures, else `serving_default` if that does, else the only one that
 * does; undefined when there is none.
 */
export function findPictureSignature(model: LoadedModel, wanted?: string): PictureSignature | undefined {
  const suited = suitedSignatures(model);
  const signature =
    suited.find((one) => one.name === wanted) ??
    suited.find((one) => one.name === 'serving_default') ??
    (suited.length === 1 ? suited[0] : undefined);
  const input = signature && pictureInput(signature);
  if (signature === undefined || input === undefined) return undefined;
  return {
    signatureName: signature.name,
    inputName: input.name,
    isSingle: input.shape.length === 0 || input.shape[0] === 1,
    rank: input.shape.length,
    outputs: classifierOutputs(signature, input.shape.length),
  };
}

/** The outputs of the picture signature, for listings; undefined when the model takes no pictures. */
export function describeOutputs(model: LoadedModel, wanted?: string): ClassifierOutputs | undefined {
  return findPictureSignature(model, wanted)?.outputs;
}

/** @param inputRank rank of an input whose outermost axis counts pictures; 0 for a single picture without one */
export function classifierOutputs(signature: Signature, inputRank: number): ClassifierOutputs {
  const classes = signature.outputs.find(
    (output) => integerDatatypes.has(output.datatype) && output.shape?.length === inputRank,
  );
  const rows = signature.outputs.filter(
    (output) => scoreDatatypes.has(output.datatype) && output.shape?.length === inputRank + 1,
  );
  const scores = usualScores.map((usual) => rows.find(({ name }) => name === usual)).find(Boolean) ?? rows[0];
  return {
    classes: classes?.name,
    scores: scores?.name,
    classCount: scores?.shape?.at(-1) ?? undefined,
  };
}
