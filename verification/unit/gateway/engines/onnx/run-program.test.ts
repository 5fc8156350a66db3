/** Pictures on their way to the network: resampled here or prepared by the module, each in its own row. */
import { expect } from 'chai';
import { extractResampling } from '../../../../../converter/resampling/extract-resampling.ts';
import type { PictureProgram } from '../../../../../converter/program.ts';
import type { NumericTensor } from '../../../../../gateway/domain/tensor.ts';
import type { OnnxSession } from '../../../../../gateway/engines/onnx/onnx-session.ts';
import { PictureResampling } from '../../../../../gateway/engines/onnx/picture-resampling.ts';
import { PixelScratch } from '../../../../../gateway/engines/onnx/pixel-scratch.ts';
import { runProgram, type DecodePicture } from '../../../../../gateway/engines/onnx/run-program.ts';
import { cut, planar, preparation, resized } from '../../../converter/resampling/preparation-graph.ts';

/** Of a picture without a tenth row nothing is left to resample. */
const graph = preparation(cut({ starts: [10], ends: [9999], axes: [0] }), planar, resized(1, 1));

const program: PictureProgram = {
  kind: 'picture',
  signature: { name: 'serving_default', inputs: [], outputs: [] },
  pictureInput: 'image_bytes',
  decoder: { dct: 'fast', channels: 3 },
  prepare: 'prepare-0',
  resampling: extractResampling(graph),
  network: 'network-0',
  networkInput: 'prepared',
};

/** A picture in this file is its height and its one colour. */
const decode: DecodePicture = ([height = 0, level = 0], { buffers }) => {
  const size = height * 4 * 3;
  const pixels = (buffers?.[0] ?? new Uint8Array(size)).subarray(0, size);
  return { pixels: pixels.fill(level), width: 4, height, channels: 3 };
};

interface Passed {
  readonly asked: string[];
  /** What the network was given. */
  readonly rows: readonly number[];
}

/** The module, which is no other thing here than a mark, prepares −1 for every picture. */
async function passed(
  pictures: readonly (readonly [height: number, level: number])[],
  changes: Partial<PictureProgram> = {},
  resampling = new PictureResampling(),
): Promise<Passed> {
  const asked: string[] = [];
  const given: NumericTensor[] = [];
  const session: OnnxSession = {
    run: async (inputs) => {
      for (const tensor of inputs.values()) given.push(tensor);
      return new Map();
    },
    runStep: async () => ({
      datatype: 'float32',
      shape: [1, 3, 1, 1],
      elements: Float32Array.of(-1, -1, -1),
    }),
  };
  await runProgram(
    { ...program, ...changes },
    {
      kind: 'picture',
      signature: 'serving_default',
      pictures: pictures.map((picture) => Uint8Array.from(picture)),
      outputs: [],
    },
    {
      session: async (module) => {
        asked.push(module);
        return session;
      },
      decode,
      maxPixels: 1000,
      scratch: new PixelScratch(),
      resampling,
    },
  );
  const [{ shape, elements } = { shape: [], elements: [] }] = given;
  expect(shape).to.deep.equal([pictures.length, 3, 1, 1]);
  const numbers = Array.from<number | bigint, number>(elements, Number);
  return { asked, rows: numbers.filter((_, index) => index % 3 === 0) };
}

describe('runProgram', () => {
  it('opens no module of the preparation as long as pictures can be resampled', async () => {
    expect(await passed([[20, 7]])).to.deep.equal({ asked: ['network-0'], rows: [7] });
  });

  it('keeps the rows of a batch apart', async () => {
    const { rows } = await passed([
      [20, 1],
      [30, 2],
      [20, 3],
    ]);
    expect(rows).to.deep.equal([1, 2, 3]);
  });

  it('lets the module prepare just the pictures that cannot be resampled', async () => {
    const { asked, rows } = await passed([
      [20, 1],
      [10, 2],
      [30, 3],
      [9, 4],
    ]);
    expect(rows).to.deep.equal([1, -1, 3, -1]);
    expect(asked).to.deep.equal(['network-0', 'prepare-0', 'prepare-0']);
  });

  it('lets the module prepare all of them where the program or the machine has no resampling', async () => {
    for (const { rows } of [
      await passed([[20, 1]], { resampling: undefined }),
      await passed([[20, 1]], {}, new PictureResampling(null)),
    ]) {
      expect(rows).to.deep.equal([-1]);
    }
  });
});
