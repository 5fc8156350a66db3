/** Prepares pictures in worker threads for a network that runs elsewhere, by the graph the embedded engine would use. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CompiledModel } from '../../../converter/program.ts';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import type { InferenceOptions, LoadedModel, Signature } from '../../domain/engine.ts';
import type { PreparedInput, PicturePreparation } from '../../domain/picture-preparation.ts';
import type { StatedPreprocessing } from '../../domain/preprocessing.ts';
import type { NumericTensor } from '../../domain/tensor.ts';
import { writeTunedModule } from './onnx-session.ts';
import { startModel, type StartOptions } from './start-model.ts';

const title = { name: 'preparation', version: 1 };

export function createOnnxPreparation(options: StartOptions): PicturePreparation {
  return {
    async open(signature, stated, { signal }) {
      const compiled = await compile(signature, stated);
      if (compiled === undefined) return undefined;
      const folder = await mkdtemp(path.join(tmpdir(), 'fovea-preparation-'));
      const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
      try {
        await writeModules(folder, compiled);
        const entry = { folder, programs: compiled.programs };
        // A worker that replaces another opens the modules again, so their folder stays until the end.
        const loaded = await startModel({ model: title, entry, onClosed: () => undefined }, options, signal);
        return preparationBy(loaded, discard);
      } catch (error) {
        await discard();
        throw error;
      }
    },
  };
}

/** `undefined` when no picture can be made to fit. The compiler is loaded for models that need it only: most need none. */
async function compile(
  signature: Signature,
  stated: StatedPreprocessing = {},
): Promise<CompiledModel | undefined> {
  const { compilePreparation } = await import('../../../converter/compile-preparation.ts');
  try {
    return compilePreparation(signature, stated);
  } catch (error) {
    if (error instanceof UnsupportedModel) return undefined;
    throw error;
  }
}

async function writeModules(folder: string, { modules }: CompiledModel): Promise<void> {
  for (const [name, bytes] of modules) {
    await writeTunedModule(bytes, {
      graph: path.join(folder, `${name}.onnx`),
      weightsName: `${name}.weights`,
    });
  }
}

function preparationBy(loaded: LoadedModel, discard: () => Promise<void>): PreparedInput {
  return {
    prepare: async (pictures, options) => prepared(loaded, pictures, options),
    async close() {
      await loaded.close();
      await discard();
    },
  };
}

async function prepared(
  loaded: LoadedModel,
  pictures: readonly Uint8Array[],
  options: InferenceOptions,
): Promise<NumericTensor> {
  const outputs = await loaded.infer(
    {
      inputs: new Map([
        ['image_bytes', { datatype: 'string', shape: [pictures.length], elements: pictures }],
      ]),
      signature: 'pictures',
    },
    options,
  );
  const [rows] = outputs.values();
  if (rows === undefined || rows.datatype === 'string') throw new Error('the preparation gave no numbers');
  return rows;
}
