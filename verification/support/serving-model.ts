/** What the stand-in for TensorFlow Serving serves: a model whose scores are a hash of the picture, in two signatures. */
import { createHash } from 'node:crypto';

export const servingModel = { name: 'tiny', version: 3 } as const;

export const classCount = 6;

/** `serving_default`: JPEGs; `tensors`: `images` float32 [N,2,2,3]. Both answer `classes` and `scores`. */
export const signatureNames = { pictures: 'serving_default', tensors: 'tensors' } as const;

export interface ServedRow {
  readonly classIndex: number;
  readonly scores: readonly number[];
}

/** Numbers that float32 holds exactly, so that both protocols give the same ones. */
export function rowOf(input: Uint8Array): ServedRow {
  const hash = createHash('sha256').update(input).digest();
  const scores = Array.from({ length: classCount }, (_, index) => hash.readUInt16BE(2 * index) / 65_536);
  return { classIndex: scores.indexOf(Math.max(...scores)), scores };
}

/** By its first and last marker, which is as much as the stand-in knows of JPEG. */
export function isJpeg(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return first === 0xff && second === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}

interface Field {
  readonly dtype: 'DT_STRING' | 'DT_FLOAT' | 'DT_INT64';
  readonly sizes: readonly number[];
}

const outputs: Readonly<Record<string, Field>> = {
  classes: { dtype: 'DT_INT64', sizes: [-1] },
  scores: { dtype: 'DT_FLOAT', sizes: [-1, classCount] },
};

/** By name; -1 is a size that is open. */
export interface ServedSignature {
  readonly inputs: Readonly<Record<string, Field>>;
  readonly outputs: Readonly<Record<string, Field>>;
}

export const servedSignatures: Readonly<Record<string, ServedSignature>> = {
  [signatureNames.tensors]: { inputs: { images: { dtype: 'DT_FLOAT', sizes: [-1, 2, 2, 3] } }, outputs },
  [signatureNames.pictures]: { inputs: { image_bytes: { dtype: 'DT_STRING', sizes: [-1] } }, outputs },
};
