/** A checkpoint of the size and with the names of torchvision's ResNet-50, as a safetensors file of noise. */
import { open } from 'node:fs/promises';
import { noise } from './noise.ts';

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: Float32Array;
}

const stages = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
] as const;
const classCount = 1000;

/** Names and shapes in the order in which torchvision's `resnet50` saves them, without the counters of training. */
export function* resnet50Tensors(): Generator<Tensor, void, undefined> {
  yield* convolution('conv1', 'bn1', [64, 3, 7, 7]);
  let channels = 64;
  for (const [stage, { blocks, width }] of stages.entries()) {
    for (let block = 0; block < blocks; block += 1) {
      const prefix = `layer${stage + 1}.${block}`;
      yield* convolution(`${prefix}.conv1`, `${prefix}.bn1`, [width, channels, 1, 1]);
      yield* convolution(`${prefix}.conv2`, `${prefix}.bn2`, [width, width, 3, 3]);
      yield* convolution(`${prefix}.conv3`, `${prefix}.bn3`, [4 * width, width, 1, 1]);
      if (block === 0) {
        yield* convolution(`${prefix}.downsample.0`, `${prefix}.downsample.1`, [4 * width, channels, 1, 1]);
      }
      channels = 4 * width;
    }
  }
  yield { name: 'fc.weight', shape: [classCount, channels], elements: noise(classCount * channels, 0.001) };
  yield { name: 'fc.bias', shape: [classCount], elements: noise(classCount, 0.001) };
}

/** Weights that keep the size of what goes through them, and a normalisation that changes little. */
function* convolution(
  name: string,
  norm: string,
  shape: readonly [outputs: number, inputs: number, height: number, width: number],
): Generator<Tensor, void, undefined> {
  const [outputs, inputs, height, width] = shape;
  const fanIn = inputs * height * width;
  yield { name: `${name}.weight`, shape, elements: noise(outputs * fanIn, Math.sqrt(3 / fanIn)) };
  for (const [part, value] of [
    ['weight', 1],
    ['bias', 0.01],
    ['running_mean', 0.01],
    ['running_var', 1],
  ] as const) {
    const elements = new Float32Array(outputs).fill(value);
    yield { name: `${norm}.${part}`, shape: [outputs], elements };
  }
}

/** The header's length, the header, the tensors one after the other (the format's own description). */
export async function writeResnet50(file: string): Promise<void> {
  const header: Record<string, object> = {};
  let end = 0;
  for (const { name, shape, elements } of resnet50Tensors()) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + elements.byteLength] };
    end += elements.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const handle = await open(file, 'w');
  try {
    await handle.appendFile(Buffer.concat([length, text]));
    for (const { elements } of resnet50Tensors()) await handle.appendFile(new Uint8Array(elements.buffer));
  } finally {
    await handle.close();
  }
}
