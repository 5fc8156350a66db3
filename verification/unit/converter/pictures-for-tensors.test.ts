/** A way in for pictures before signatures on tensors: what the network is given, and which signatures get none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../../converter/architectures/build-network.ts';
import { compileSavedModel } from '../../../converter/compile-saved-model.ts';
import { classifierGraph, tensorSignature } from '../../../converter/network/classifier-graph.ts';
import { numbersOf } from '../../../converter/onnx/constants.ts';
import { picturesForTensors } from '../../../converter/pictures-for-tensors.ts';
import type { CompiledModel, PictureProgram, TensorProgram } from '../../../converter/program.ts';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import { SharedModules } from '../../../converter/writers/shared-modules.ts';
import { writeSavedModel } from '../../../converter/writers/saved-model/write-saved-model.ts';
import type { TensorSpecification } from '../../../gateway/domain/engine.ts';
import type { StatedPreprocessing } from '../../../gateway/domain/preprocessing.ts';
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import { openSession, runSession } from '../../fidelity/operations/onnx-run.ts';
import { referenceResize } from '../../support/reference-resize.ts';
import { tinyCheckpoint } from './architectures/tiny-checkpoint.ts';

type Shape = TensorSpecification['shape'];

const scores: TensorSpecification = { name: 'scores', datatype: 'float32', shape: [null, 6] };

function tensors(
  shape: Shape,
  { datatype = 'float32', outputs = [scores], inputs = [{ name: 'images', datatype, shape }] }: Ends = {},
): TensorProgram {
  return { kind: 'tensor', signature: { name: 'serving_default', inputs, outputs }, network: 'network-0' };
}

interface Ends {
  readonly datatype?: TensorSpecification['datatype'];
  readonly inputs?: readonly TensorSpecification[];
  readonly outputs?: readonly TensorSpecification[];
}

/** 9 × 14 pixels, no two neighbours alike. */
const picture = {
  width: 14,
  height: 9,
  pixels: Uint8Array.from({ length: 9 * 14 * 3 }, (_, index) => (index * 89) % 251),
};

function made(program: TensorProgram, stated: StatedPreprocessing = {}): [PictureProgram, SharedModules] {
  const modules = new SharedModules();
  const pictures = picturesForTensors([program], stated, modules);
  if (pictures === undefined) throw new Error('there is no way in for pictures');
  return [pictures, modules];
}

/** What the network is given for the picture, by the plain module and by the one for large pictures. */
async function prepared(
  program: TensorProgram,
  stated: StatedPreprocessing = {},
): Promise<readonly NumericTensor[]> {
  const [{ prepare, prepareLarge }, modules] = made(program, stated);
  const pixels = {
    datatype: 'uint8',
    shape: [picture.height, picture.width, 3],
    elements: picture.pixels,
  } as const;
  const answers: NumericTensor[] = [];
  for (const name of [prepare, prepareLarge]) {
    if (name === undefined) continue;
    const session = await openSession(modules.byName.get(name) ?? new Uint8Array(0));
    const answer = (await runSession(session, new Map([['pixels', pixels]]))).get('prepared');
    await session.release();
    if (answer !== undefined) answers.push(answer);
  }
  return answers;
}

function expectNumbers(tensor: NumericTensor, expected: readonly number[], tolerance = 1e-4): void {
  const numbers = numbersOf(tensor);
  expect(numbers).to.have.length(expected.length);
  const worst = numbers.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? NaN))),
    0,
  );
  expect(worst).to.be.at.most(tolerance);
}

/** A model with nothing but signatures on tensors of 6 × 6 pixels. */
async function compiled(
  batchSize: number | undefined,
  preprocessing?: StatedPreprocessing,
): Promise<CompiledModel> {
  const { network, architecture } = buildNetwork(tinyCheckpoint());
  const graph = classifierGraph(network, {
    recipe: { ...architecture.recipe, size: 6, resize: 'stretch' },
    hasBackgroundClass: false,
    ...(batchSize === undefined ? {} : { batchSize }),
  });
  const signatures = graph.signatures.filter(({ name }) => name === tensorSignature);
  const work = await mkdtemp(path.join(tmpdir(), 'fovea-pictures-'));
  try {
    await writeSavedModel(path.join(work, '1'), { ...graph, signatures });
    return await compileSavedModel(path.join(work, '1'), { preprocessing });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

describe('compiling a model of tensors', () => {
  const names = ({ programs }: CompiledModel): readonly string[] =>
    programs.map(({ signature }) => signature.name);

  it('adds the signature for pictures behind its own', async () => {
    const { programs, skipped, modules } = await compiled(undefined);
    expect(programs.map(({ kind, network }) => [kind, network])).to.deep.equal([
      ['tensor', 'network-0'],
      ['picture', 'network-0'],
    ]);
    expect([...modules.keys()]).to.deep.equal(['network-0', 'prepare-1', 'prepare-large-2']);
    expect(skipped.size).to.equal(0);
  });

  it('says why there is none only when somebody told how pictures are prepared', async () => {
    const silent = await compiled(8);
    expect([names(silent), silent.skipped.size]).to.deep.equal([[tensorSignature], 0]);
    const told = await compiled(8, { resize: 'stretch' });
    expect(names(told)).to.deep.equal([tensorSignature]);
    expect(told.skipped.get('pictures')).to.match(/takes 8 pictures in every call/);
  });
});

describe('pictures for a signature on tensors', () => {
  it('share the signature’s network and answer as it does', () => {
    const [program] = made(tensors([null, 4, 4, 3]));
    expect(program).to.deep.include({
      kind: 'picture',
      pictureInput: 'image_bytes',
      decoder: { dct: 'fast', channels: 3 },
      network: 'network-0',
      networkInput: 'images',
    });
    expect(program.signature).to.deep.equal({
      name: 'pictures',
      inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
      outputs: [scores],
    });
  });

  it('come one by one where the signature takes one', () => {
    const [{ signature }] = made(tensors([1, 4, 4, 3]));
    expect(signature.inputs[0]?.shape).to.deep.equal([1]);
  });

  it('are decoded accurately when the recipe says so', () => {
    const [{ decoder }] = made(tensors([null, 4, 4, 3]), { dct: 'accurate' });
    expect(decoder.dct).to.equal('accurate');
  });

  it('are stretched and scaled from 0 to 1 as usual', async () => {
    const answers = await prepared(tensors([null, 5, 6, 3]));
    expect(answers).to.have.length(2);
    for (const answer of answers) {
      expect(answer).to.deep.include({ datatype: 'float32', shape: [1, 5, 6, 3] });
      expectNumbers(
        answer,
        referenceResize(picture, [5, 6]).map((value) => value / 255),
      );
    }
  });

  it('stay bytes, rounded, where the network takes bytes', async () => {
    const [answer] = await prepared(tensors([null, 5, 6, 3], { datatype: 'uint8' }));
    if (answer === undefined) throw new Error('nothing was prepared');
    expect(answer.datatype).to.equal('uint8');
    // A number just beside a half may be rounded either way.
    expectNumbers(answer, referenceResize(picture, [5, 6]), 0.501);
  });

  it('are laid out channels first, blue first, for a network that wants them so', async () => {
    const mean = [10, 20, 30] as const;
    const [answer] = await prepared(tensors([null, 3, 5, 6]), {
      channels: 'bgr',
      mean,
      deviation: [1, 2, 4],
    });
    if (answer === undefined) throw new Error('nothing was prepared');
    expect(answer.shape).to.deep.equal([1, 3, 5, 6]);
    const resized = referenceResize(picture, [5, 6]);
    const plane = (channel: number): number[] =>
      resized
        .filter((_, index) => index % 3 === channel)
        .map((value) => (value - (mean[channel] ?? 0)) / 2 ** channel);
    expectNumbers(answer, [...plane(2), ...plane(1), ...plane(0)], 1e-3);
  });

  it('keep their proportions and lose their margins when the recipe says so', async () => {
    // 9 × 14 becomes 6 × 9 (9.33 rounded); columns 2 to 6 of it remain, and rows 1 to 4.
    const [answer] = await prepared(tensors([null, 4, 5, 3]), { resize: 6 });
    if (answer === undefined) throw new Error('nothing was prepared');
    const resized = referenceResize(picture, [6, 9]);
    const rows = [1, 2, 3, 4].flatMap((row) => resized.slice((row * 9 + 2) * 3, (row * 9 + 7) * 3));
    expectNumbers(
      answer,
      rows.map((value) => value / 255),
    );
  });

  it('have the size that the recipe states where the signature leaves it open', async () => {
    const [answer] = await prepared(tensors([null, null, null, 3]), { size: 7 });
    expect(answer?.shape).to.deep.equal([1, 7, 7, 3]);
  });

  it('are not made twice', () => {
    const modules = new SharedModules();
    const program = tensors([null, 4, 4, 3]);
    const [pictures] = made(program);
    expect(picturesForTensors([program, pictures], {}, modules)).to.equal(undefined);
    expect(modules.byName.size).to.equal(0);
  });

  const colour: Shape = [null, 4, 4, 3];
  const input = { name: 'images', datatype: 'float32', shape: colour } as const;
  const refusals: readonly (readonly [string, TensorProgram, StatedPreprocessing, RegExp])[] = [
    ['two inputs', tensors(colour, { inputs: [input, { ...input, name: 'b' }] }), {}, /several tensors/],
    ['whole numbers', tensors(colour, { datatype: 'int32' }), {}, /takes int32/],
    ['eight pictures a call', tensors([8, 4, 4, 3]), {}, /takes 8 pictures/],
    ['no colours', tensors([null, 4, 4, 1]), {}, /colour pictures/],
    ['rows of numbers', tensors([null, 48]), {}, /colour pictures/],
    ['another size than stated', tensors(colour), { size: 5 }, /5 × 5.*4 × 4/],
    ['any size', tensors([null, null, null, 3]), {}, /state the size/],
    ['bytes, to be scaled', tensors(colour, { datatype: 'uint8' }), { mean: [1, 1, 1] }, /bytes from 0/],
    ['squares larger than what they are cut from', tensors(colour), { resize: 3 }, /cannot be cut/],
    [
      'pictures and gives maps',
      tensors(colour, { outputs: [{ ...scores, shape: [null, 2, 2, 6] }] }),
      {},
      /scores/,
    ],
  ];
  for (const [what, program, stated, sentence] of refusals) {
    it(`are not made for a signature that takes ${what}`, () => {
      expect(() => picturesForTensors([program], stated, new SharedModules())).to.throw(
        UnsupportedModel,
        sentence,
      );
    });
  }
});
