/** TensorFlow itself as an engine: the reference that the other engines are held against, in tests and by hand. */
import type { Engine, InferenceOptions, LoadedModel, Signature } from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import type { ModelVersion } from '../../gateway/domain/model.ts';
import type { PicturePreparation } from '../../gateway/domain/picture-preparation.ts';
import { signatureNamed } from '../../gateway/domain/signature-named.ts';
import { pictureInput } from '../../gateway/domain/picture-input.ts';
import {
  picturesSignature,
  type PicturesSignature,
} from '../../gateway/engines/tensorflow-serving/pictures-signature.ts';
import { warmUpInputs } from '../../gateway/engines/tensorflow-serving/warm-up.ts';
import type { Tensorflow, TensorflowSavedModel } from './tensorflow-binding.ts';
import { LoadedTensorflowModel } from './loaded-tensorflow-model.ts';
import { readSignatures } from './tensorflow-signatures.ts';

export interface TensorflowEngineOptions {
  readonly tensorflow: Tensorflow;
  /** Makes tensors of pictures for models that take tensors only; without it those answer tensors only. */
  readonly preparation?: PicturePreparation;
}

export function createTensorflowEngine(options: TensorflowEngineOptions): Engine {
  return new TensorflowEngine(options);
}

class TensorflowEngine implements Engine {
  readonly name = 'tensorflow';
  readonly #options: TensorflowEngineOptions;
  readonly #loaded = new Set<LoadedModel>();

  constructor(options: TensorflowEngineOptions) {
    this.#options = options;
  }

  async load(version: ModelVersion, options: InferenceOptions): Promise<LoadedModel> {
    const { folder, preprocessing } = version;
    if (folder === undefined) throw notReady('Nobody said where the files of the model are.');
    const { tensorflow } = this.#options;
    const read = await readSignatures(tensorflow, folder).catch((cause: unknown) => {
      throw notReady('TensorFlow cannot read the model.', cause);
    });
    const signatures = read?.signatures ?? [];
    if (read === undefined || signatures.length === 0) {
      throw notReady('The model has no signature that TensorFlow for Node.js can be asked.');
    }
    const runners = new Map<string, TensorflowSavedModel>();
    for (const { name } of signatures) {
      const runner = await tensorflow.node.loadSavedModel(folder, read.tags, name).catch((cause: unknown) => {
        throw notReady('TensorFlow cannot load the model.', cause);
      });
      runners.set(name, runner);
    }
    const pictures = await this.#picturesFor(signatures, preprocessing, options);
    const loaded = new LoadedTensorflowModel({
      tensorflow,
      signatures,
      runners,
      pictures,
      onClosed: () => this.#loaded.delete(loaded),
    });
    this.#loaded.add(loaded);
    await warmUp(loaded, options);
    return loaded;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#loaded].map((model) => model.close()));
  }

  async #picturesFor(
    signatures: readonly Signature[],
    stated: ModelVersion['preprocessing'],
    options: InferenceOptions,
  ): Promise<PicturesSignature | undefined> {
    const [target] = signatures;
    if (target?.inputs.length !== 1 || signatures.some((one) => pictureInput(one) !== undefined)) {
      return undefined;
    }
    const prepared = await this.#options.preparation?.open(target, stated, options);
    return prepared && picturesSignature(target, prepared);
  }
}

async function warmUp(loaded: LoadedModel, options: InferenceOptions): Promise<void> {
  const inputs = warmUpInputs(signatureNamed(loaded.signatures, undefined));
  if (inputs === undefined) return;
  try {
    await loaded.infer({ inputs }, options);
  } catch (cause) {
    await loaded.close();
    throw notReady('TensorFlow cannot run the model.', cause);
  }
}

function notReady(sentence: string, cause?: unknown): ServingError {
  return new ServingError('model-not-ready', sentence, { cause });
}
