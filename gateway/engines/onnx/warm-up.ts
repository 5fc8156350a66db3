/** The first job of every worker: proves that decoder and sessions work, and makes them allocate what they need. */
import type { SignatureProgram } from '../../../converter/program.ts';
import { elementCount } from '../../domain/tensor.ts';
import type { NumericDatatype, NumericElements, NumericTensor } from '../../domain/tensor.ts';
import type { Job } from './messages.ts';

/** A grey baseline JPEG of 16 by 16 pixels in YCbCr. */
export const warmUpPicture: Uint8Array = Buffer.from(
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAQABADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==',
  'base64',
);

/** `undefined` when nobody can know an input that the model takes: sizes other than the number of rows are open. */
export function warmUpJob(program: SignatureProgram): Job | undefined {
  const { name: signature } = program.signature;
  const outputs = program.signature.outputs.map(({ name }) => name);
  if (program.kind === 'picture') return { kind: 'picture', signature, pictures: [warmUpPicture], outputs };
  const inputs = new Map<string, NumericTensor>();
  for (const { name, datatype, shape } of program.signature.inputs) {
    if (datatype === 'string' || shape.slice(1).includes(null)) return undefined;
    const sizes = shape.map((size) => size ?? 1);
    inputs.set(name, { datatype, shape: sizes, elements: zeros[datatype](elementCount(sizes)) });
  }
  return { kind: 'tensor', signature, inputs, outputs };
}

const zeros: Record<NumericDatatype, (length: number) => NumericElements> = {
  bool: (length) => new Uint8Array(length),
  uint8: (length) => new Uint8Array(length),
  int8: (length) => new Int8Array(length),
  uint16: (length) => new Uint16Array(length),
  int16: (length) => new Int16Array(length),
  int32: (length) => new Int32Array(length),
  int64: (length) => new BigInt64Array(length),
  float16: (length) => new Uint16Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};
