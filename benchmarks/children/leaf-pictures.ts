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

const pixels = (): Float32Array =>
  noise(rows * shape.reduce((product, size) => product * size, 1)).map((value) => Math.abs(value));

/** Numbers from 0 to 1 with all the digits that 32 bits have as a 64-bit number, as Python writes them. */
export function leafBody(): string {
  return (
    `{"id": null, "parameters": null, "inputs": [{"name": "payload", "shape": [${[rows, ...shape].join(', ')}], ` +
    `"datatype": "FP32", "parameters": {"content_type": "np"}, "data": [${pixels().join(', ')}]}], "outputs": null}`
  );
}

/** The same pictures as nested lists, with four decimals: with all digits they would be more than the usual upload. */
export function leafRows(): string {
  let texts: readonly string[] = Array.from(pixels(), (value) => value.toFixed(4));
  for (const size of [...shape].reverse()) texts = lists(texts, size);
  return `{"instances": [${texts.join(', ')}]}`;
}

function lists(texts: readonly string[], size: number): readonly string[] {
  return Array.from(
    { length: texts.length / size },
    (_, index) => `[${texts.slice(index * size, (index + 1) * size).join(', ')}]`,
  );
}
