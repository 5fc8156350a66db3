/** The compiler's modules of a model as ONNX files, before ONNX Runtime has changed anything in them. */
import '../../gateway/engines/onnx/without-telemetry.ts';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import type { DecoderRequest } from '../../converter/program.ts';
import { decodeImage } from '../../gateway/imaging/decode-image.ts';
import type { Bench } from '../bench.ts';
import type { ModelUnderTest } from './find-models.ts';

export interface CompiledModules {
  /** Absolute paths. */
  readonly prepare: string;
  readonly network: string;
  readonly decoder: DecoderRequest;
  /** Sizes of one prepared picture, [1,…]: a module may leave some of them open. */
  readonly preparedShape: readonly number[];
}

const known = new WeakMap<ModelUnderTest, Promise<CompiledModules>>();

/** Compiled once in a run of the bench. Rejects when the model takes no pictures. */
export function compiledModules(bench: Bench, model: ModelUnderTest): Promise<CompiledModules> {
  const before = known.get(model);
  if (before !== undefined) return before;
  const compiling = compile(bench, model);
  known.set(model, compiling);
  return compiling;
}

async function compile(
  { scratch, pictures }: Bench,
  { name, folder }: ModelUnderTest,
): Promise<CompiledModules> {
  const { programs, modules } = await compileSavedModel(folder);
  const program = programs.find(({ kind }) => kind === 'picture');
  if (program?.kind !== 'picture') throw new Error(`${name} takes no pictures`);
  const target = path.join(scratch, 'modules', name);
  await mkdir(target, { recursive: true });
  const write = async (module: string): Promise<string> => {
    const file = path.join(target, `${module}.onnx`);
    await writeFile(file, modules.get(module) ?? new Uint8Array());
    return file;
  };
  const prepare = await write(program.prepare);
  const { decoder } = program;
  const preparedShape = await preparedShapeOf({ prepare, decoder, picture: pictures[0] ?? '' });
  return { prepare, network: await write(program.network), decoder, preparedShape };
}

async function preparedShapeOf({
  prepare,
  decoder,
  picture,
}: {
  prepare: string;
  decoder: DecoderRequest;
  picture: string;
}): Promise<readonly number[]> {
  const session = await InferenceSession.create(prepare);
  const { pixels, height, width, channels } = await decodeImage(await readFile(picture), {
    ...decoder,
    maxPixels: 50_000_000,
  });
  const { prepared } = await session.run({ pixels: new Tensor('uint8', pixels, [height, width, channels]) });
  await session.release();
  if (prepared === undefined) throw new Error('the model prepares nothing');
  return prepared.dims;
}
