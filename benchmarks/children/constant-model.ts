/** A model that knows every answer beforehand: the signature of the official ResNet-50, and one answer for all pictures. */
import type { Signature } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { noise } from '../graphs/noise.ts';

const classCount = 1001;

/** Under this name `/classify/resnet` finds it wherever it lies. */
export const constantModel = { name: 'resnet_v2_fp32_savedmodel_NHWC_jpg', version: 1 } as const;

export const constantSignature: Signature = {
  name: 'serving_default',
  inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
  outputs: [
    { name: 'classes', datatype: 'int64', shape: [null] },
    { name: 'probabilities', datatype: 'float32', shape: [null, classCount] },
  ],
};

/** To one picture. */
export const constantAnswer: ReadonlyMap<string, Tensor> = new Map<string, Tensor>([
  ['classes', { datatype: 'int64', shape: [1], elements: BigInt64Array.of(285n) }],
  ['probabilities', { datatype: 'float32', shape: [1, classCount], elements: probabilities() }],
]);

/** Above zero, their sum about 1. */
function probabilities(): Float32Array {
  return noise(classCount).map((value) => (1 + value) / classCount);
}
