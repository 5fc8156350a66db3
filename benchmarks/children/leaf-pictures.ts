/** The 16 pictures that the cassava example sends as one list of 2.4 million numbers, and the model that takes them. */
import type { Signature } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { noise } from '../graphs/noise.ts';

const rows = 16;
const shape = [224, 224, 3] as const;
const classCount = 6;

export const leafModel = { name: 'cassava', version: 1 } as const;

export const leafSignature: Signature = {
  name: 'serving_default',
  inputs: [{ name: 'image', datatype: 'float32', shape: [null, ...shape] }],
  outputs: [{ name: 'scores', datatype: 'float32', shape: [null, classCount] }],
};

/** To all 16 at once. */
export const leafAnswer: ReadonlyMap<string, Tensor> = new Map<string, Tensor>([
  ['scores', { datatype: 'float32', shape: [rows, classCount], elements: noise(rows * classCount) }],
]);

/** Numbers from 0 to 1 with all the digits that 32 bits have as a 64-bit number, as Python writes them. */
export function leafBody(): string {
  const values = noise(rows * shape.reduce((product, size) => product * size, 1)).map((value) =>
    Math.abs(value),
  );
  return (
    `{"id": null, "parameters": null, "inputs": [{"name": "payload", "shape": [${[rows, ...shape].join(', ')}], ` +
    `"datatype": "FP32", "parameters": {"content_type": "np"}, "data": [${values.join(', ')}]}], "outputs": null}`
  );
}
