/** A SavedModel in TensorFlow for Node.js, which computes in the calling thread: one inference after the other. */
import type {
  InferenceOptions,
  InferenceRequest,
  LoadedModel,
  Readiness,
  Signature,
} from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import { signatureNamed } from '../../gateway/domain/signature-named.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { validateRequest } from '../../gateway/domain/validate-request.ts';
import { pictureInput, picturesIn } from '../../gateway/domain/picture-input.ts';
import type { PicturesSignature } from '../../gateway/engines/tensorflow-serving/pictures-signature.ts';
import type { Tensorflow, TensorflowSavedModel } from './tensorflow-binding.ts';
import { fromTensorflow, toTensorflow } from './tensorflow-tensors.ts';

export interface LoadedTensorflowModelOptions {
  readonly tensorflow: Tensorflow;
  readonly signatures: readonly Signature[];
  /** By name of the signature. */
  readonly runners: ReadonlyMap<string, TensorflowSavedModel>;
  /** A signature for pictures that is added to a model of tensors. */
  readonly pictures: PicturesSignature | undefined;
  onClosed(): void;
}

type Answer = ReadonlyMap<string, Tensor>;

const closedSentence = 'The model has been closed.';

export class LoadedTensorflowModel implements LoadedModel {
  readonly signatures: ReadonlyMap<string, Signature>;
  readonly #options: LoadedTensorflowModelOptions;
  #isClosed = false;

  constructor(options: LoadedTensorflowModelOptions) {
    this.#options = options;
    const { signatures, pictures } = options;
    const all = pictures === undefined ? signatures : [...signatures, pictures.signature];
    this.signatures = new Map(all.map((signature) => [signature.name, signature]));
  }

  async infer(request: InferenceRequest, options: InferenceOptions): Promise<Answer> {
    const signature = signatureNamed(this.signatures, request.signature);
    validateRequest(signature, request);
    if (this.#isClosed) throw new ServingError('model-not-ready', closedSentence);
    if (options.signal.aborted) throw new ServingError('cancelled', 'The request was cancelled.');
    const answer = await this.#answer(signature, request.inputs, options);
    const wanted = signature.outputs.filter(({ name }) => request.outputs?.includes(name) !== false);
    return new Map([...answer].filter(([name]) => wanted.some((output) => output.name === name)));
  }

  readiness(): Readiness {
    return this.#isClosed ? { ready: false, reason: closedSentence } : { ready: true };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const runner of this.#options.runners.values()) runner.dispose();
    await this.#options.pictures?.prepared.close();
    this.#options.onClosed();
  }

  async #answer(
    signature: Signature,
    inputs: ReadonlyMap<string, Tensor>,
    options: InferenceOptions,
  ): Promise<Answer> {
    const { pictures } = this.#options;
    const input = pictureInput(signature);
    if (input === undefined) return this.#run(signature, inputs);
    const encoded = picturesIn(inputs, input);
    if (pictures?.signature === signature) {
      const tensor = await pictures.prepared.prepare(encoded, options);
      return this.#run(pictures.target, new Map(pictures.target.inputs.map(({ name }) => [name, tensor])));
    }
    try {
      return await this.#run(signature, inputs);
    } catch (error) {
      throw await this.#namingRow(error, signature, encoded);
    }
  }

  /** TensorFlow does not say which picture of a batch it could not decode, so each is tried. */
  async #namingRow(error: unknown, signature: Signature, encoded: readonly Uint8Array[]): Promise<unknown> {
    const [input] = signature.inputs;
    for (const [row, picture] of encoded.entries()) {
      const tensor: Tensor = {
        datatype: 'string',
        shape: input?.shape.length === 0 ? [] : [1],
        elements: [picture],
      };
      try {
        await this.#run(signature, new Map([[input?.name ?? '', tensor]]));
      } catch (cause) {
        return new ServingError('unsupported-image', 'TensorFlow cannot decode the picture.', { cause, row });
      }
    }
    return error;
  }

  async #run(signature: Signature, inputs: ReadonlyMap<string, Tensor>): Promise<Answer> {
    const { tensorflow, runners } = this.#options;
    const given = [...inputs].map(([name, tensor]) => [name, toTensorflow(tensorflow, tensor)] as const);
    try {
      const runner = runners.get(signature.name);
      const outputs = withoutWarnings(() => runner?.predict(Object.fromEntries(given)) ?? {});
      try {
        const read = signature.outputs.map(async ({ name, datatype }) => {
          const tensor = outputs[name];
          if (tensor === undefined) throw new Error(`TensorFlow gave no ${name}`);
          return [name, await fromTensorflow(tensor, datatype)] as const;
        });
        return new Map(await Promise.all(read));
      } finally {
        for (const tensor of Object.values(outputs)) tensor.dispose();
      }
    } catch (cause) {
      throw new ServingError('model-failed', 'TensorFlow could not run the model on these inputs.', {
        cause,
      });
    } finally {
      for (const [, tensor] of given) tensor.dispose();
    }
  }
}

/** The package prints a line for every int64 output of every call. */
function withoutWarnings<Result>(work: () => Result): Result {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}
