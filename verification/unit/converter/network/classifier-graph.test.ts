/** The signatures around a network: pictures prepared as the recipe says, and a background class when it is asked for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../../../converter/architectures/build-network.ts';
import { compileSavedModel } from '../../../../converter/compile-saved-model.ts';
import {
  classifierGraph,
  pictureSignature,
  tensorSignature,
} from '../../../../converter/network/classifier-graph.ts';
import { numbersOf } from '../../../../converter/onnx/constants.ts';
import type { CompiledModel } from '../../../../converter/program.ts';
import { writeSavedModel } from '../../../../converter/writers/saved-model/write-saved-model.ts';
import type { PreprocessingRecipe, ResizeFilter } from '../../../../gateway/domain/preprocessing.ts';
import type { NumericTensor } from '../../../../gateway/domain/tensor.ts';
import { openSession, ProgramRunner, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { floats, tinyCheckpoint } from '../architectures/tiny-checkpoint.ts';

const { network } = buildNetwork(tinyCheckpoint());
const recipe: PreprocessingRecipe = {
  resize: 8,
  filter: 'bilinear',
  size: 6,
  mean: [10, 20, 30],
  deviation: [2, 4, 5],
};

let work = '';
let count = 0;

async function compiled(
  changes: Partial<PreprocessingRecipe>,
  hasBackgroundClass = false,
): Promise<CompiledModel> {
  count += 1;
  const folder = path.join(work, String(count));
  await writeSavedModel(
    folder,
    classifierGraph(network, { recipe: { ...recipe, ...changes }, hasBackgroundClass }),
  );
  return compileSavedModel(folder);
}

/** What the network is given for a picture of these pixels, channels last. */
async function prepared(
  changes: Partial<PreprocessingRecipe>,
  [height, width]: readonly [number, number],
  pixelAt: (row: number, column: number, channel: number) => number,
): Promise<(row: number, column: number, channel: number) => number> {
  const model = await compiled(changes);
  const program = model.programs.find(({ signature }) => signature.name === pictureSignature);
  if (program?.kind !== 'picture')
    throw new Error(model.skipped.get(pictureSignature) ?? 'no picture program');
  const session = await openSession(model.modules.get(program.prepare) ?? new Uint8Array(0));
  const elements = Uint8Array.from({ length: height * width * 3 }, (_, index) =>
    pixelAt(Math.floor(index / 3 / width), Math.floor(index / 3) % width, index % 3),
  );
  const pixels: NumericTensor = { datatype: 'uint8', shape: [height, width, 3], elements };
  const answer = (await runSession(session, new Map([['pixels', pixels]]))).get('prepared');
  await session.release();
  const size = changes.size ?? recipe.size;
  const isChannelsLast = answer?.shape[3] === 3;
  return (row, column, channel) =>
    Number(
      answer?.elements[
        isChannelsLast ? (row * size + column) * 3 + channel : (channel * size + row) * size + column
      ],
    );
}

async function answers(model: CompiledModel, rows: number): Promise<ReadonlyMap<string, NumericTensor>> {
  const runner = await ProgramRunner.open(model, tensorSignature);
  try {
    return await runner.run(
      new Map([['images', floats([rows, 6, 6, 3], (index) => Math.cos(index * index))]]),
    );
  } finally {
    await runner.close();
  }
}

function numbers(outputs: ReadonlyMap<string, NumericTensor>, name: string): readonly number[] {
  const tensor = outputs.get(name);
  return tensor === undefined ? [] : numbersOf(tensor);
}

describe('a classifier graph', () => {
  before(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-classifier-'));
  });

  after(async () => {
    await rm(work, { recursive: true, force: true });
  });

  it('subtracts each channel’s mean and divides by its deviation', async () => {
    const value = await prepared(
      { resize: 6 },
      [6, 6],
      (row, column, channel) => row * 20 + column + channel * 50,
    );
    expect(value(0, 0, 0)).to.be.closeTo((0 - 10) / 2, 1e-4);
    expect(value(2, 3, 1)).to.be.closeTo((93 - 20) / 4, 1e-4);
    expect(value(5, 5, 2)).to.be.closeTo((205 - 30) / 5, 1e-4);
  });

  it('keeps proportions, and cuts the middle with the odd pixel left at the far end', async () => {
    // 8 × 11 stays as it is; rows 1 to 6 and columns 2 to 7 remain.
    const value = await prepared({}, [8, 11], (row, column, channel) => (channel === 0 ? row : column));
    expect(value(0, 0, 0)).to.be.closeTo((1 - 10) / 2, 1e-4);
    expect(value(5, 0, 0)).to.be.closeTo((6 - 10) / 2, 1e-4);
    expect(value(0, 0, 1)).to.be.closeTo((2 - 20) / 4, 1e-4);
    expect(value(0, 5, 1)).to.be.closeTo((7 - 20) / 4, 1e-4);
  });

  it('rounds the longer side to the nearest pixel', async () => {
    // 16 × 21 becomes 8 × 10.5, rounded to 11: columns are 21 / 11 apart and the crop begins at the third.
    const value = await prepared({ filter: 'legacy-bilinear' }, [16, 21], (_, column) => column * 10);
    expect(value(0, 0, 0)).to.be.closeTo(((2 * 210) / 11 - 10) / 2, 1e-3);
  });

  it('stretches when it is told to', async () => {
    const value = await prepared({ resize: 'stretch', filter: 'legacy-bilinear' }, [12, 3], (row) => row * 5);
    expect(value(0, 0, 0)).to.be.closeTo(-5, 1e-4);
    expect(value(5, 0, 0)).to.be.closeTo((50 - 10) / 2, 1e-4);
  });

  const filters: readonly (readonly [ResizeFilter, number, number])[] = [
    // A white column 8 of 16, halved: the widened triangle weighs it 0.375 in column 4 and 0.125 in column 3.
    ['bilinear', 0.375, 0.125],
    // Keys' kernel at 0.25 and 0.75, halved: 0.8671875 / 2 and 0.2265625 / 2.
    ['bicubic', 0.8671875 / 2, 0.2265625 / 2],
    // Four pixels only: column 4 looks at column 8 itself, column 3 at column 6.
    ['legacy-bilinear', 1, 0],
  ];
  for (const [filter, own, neighbour] of filters) {
    it(`shrinks by the ${filter} kernel`, async () => {
      const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
      const value = await prepared({ ...plain, filter, resize: 8, size: 8 }, [16, 16], (_, column) =>
        column === 8 ? 200 : 0,
      );
      expect(value(3, 4, 0)).to.be.closeTo(200 * own, 0.05);
      expect(value(3, 3, 0)).to.be.closeTo(200 * neighbour, 0.05);
    });
  }

  it('cuts off what a cubic kernel overshoots', async () => {
    const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
    const edge = await prepared({ ...plain, filter: 'bicubic', resize: 32, size: 32 }, [8, 8], (_, column) =>
      column < 4 ? 0 : 255,
    );
    const row = Array.from({ length: 32 }, (_, column) => edge(0, column, 0));
    expect(Math.min(...row)).to.equal(0);
    expect(Math.max(...row)).to.equal(255);
  });

  it('puts the background class first with probability zero', async () => {
    const plain = await answers(await compiled({}), 2);
    const shifted = await answers(await compiled({}, true), 2);
    const known = numbers(plain, 'probabilities');
    expect(numbers(shifted, 'probabilities')).to.deep.equal([0, ...known.slice(0, 3), 0, ...known.slice(3)]);
    expect(numbers(shifted, 'classes')).to.deep.equal(numbers(plain, 'classes').map((index) => index + 1));
    expect(shifted.get('probabilities')?.shape).to.deep.equal([2, 4]);
  });
});
