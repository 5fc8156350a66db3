/** A model version that backends hold: turns requests into questions to them, and their answers into one. */
import { Deadline } from '../../deadline.ts';
import type { CallTime } from '../../deadline.ts';
import type {
  InferenceOptions,
  InferenceRequest,
  LoadedModel,
  Readiness,
  Signature,
} from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import { pictureInput, picturesIn } from '../../domain/picture-input.ts';
import { signatureNamed } from '../../domain/signature-named.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { validateRequest } from '../../domain/validate-request.ts';
import { askAboutPictures, askTwice } from './ask-about-pictures.ts';
import type { Question, VersionName } from './backend-client.ts';
import { joinHalves } from './join-halves.ts';
import type { ModelRoutes } from './model-routes.ts';
import type { PicturesSignature } from './pictures-signature.ts';
import { publicError } from './public-error.ts';
import type { Subject } from './public-error.ts';
import { Visits } from './visits.ts';

export interface LoadedServingModelOptions {
  readonly version: VersionName;
  /** Those of the backends. */
  readonly signatures: readonly Signature[];
  /** The one that is added here. */
  readonly pictures: PicturesSignature | undefined;
  readonly routes: ModelRoutes;
  readonly timeoutMilliseconds: number;
  onClosed(): void;
}

type Answer = ReadonlyMap<string, Tensor>;

/** What of a question differs from request to request. */
type Work = Pick<Question, 'signature' | 'inputs' | 'outputs'>;

/** How long what runs may take to finish when nobody says it. */
const usualCloseGraceMilliseconds = 10_000;

const closedSentence = 'The model has been closed.';

export class LoadedServingModel implements LoadedModel {
  readonly signatures: ReadonlyMap<string, Signature>;
  readonly #options: LoadedServingModelOptions;
  readonly #visits = new Visits();
  #closing: Promise<void> | undefined;

  constructor(options: LoadedServingModelOptions) {
    this.#options = options;
    const { signatures, pictures } = options;
    const all = pictures === undefined ? signatures : [...signatures, pictures.signature];
    this.signatures = new Map(all.map((signature) => [signature.name, signature]));
  }

  async infer(request: InferenceRequest, { signal }: InferenceOptions): Promise<Answer> {
    const signature = signatureNamed(this.signatures, request.signature);
    validateRequest(signature, request);
    if (this.#closing !== undefined) throw new ServingError('model-not-ready', closedSentence);
    if (signal.aborted) throw new ServingError('cancelled', 'The request was cancelled.');
    const outputs = request.outputs ?? signature.outputs.map(({ name }) => name);
    const deadline = new Deadline(this.#options.timeoutMilliseconds, signal);
    this.#visits.enter(deadline);
    try {
      return await this.#answer({ signature, inputs: request.inputs, outputs }, deadline);
    } catch (error) {
      throw publicError(error, { subject: this.#subjectOf(signature), ended: deadline.ended });
    } finally {
      this.#visits.leave(deadline);
    }
  }

  readiness(): Readiness {
    if (this.#closing !== undefined) return { ready: false, reason: closedSentence };
    return this.#options.routes.readiness();
  }

  close(graceMilliseconds = usualCloseGraceMilliseconds): Promise<void> {
    this.#closing ??= this.#end(graceMilliseconds);
    return this.#closing;
  }

  async #end(graceMilliseconds: number): Promise<void> {
    await this.#visits.over(graceMilliseconds);
    this.#options.routes.end();
    await this.#options.pictures?.prepared.close();
    this.#options.onClosed();
  }

  #subjectOf(signature: Signature): Subject {
    if (signature === this.#options.pictures?.signature) return 'prepared';
    return pictureInput(signature) === undefined ? 'tensors' : 'picture';
  }

  #answer(work: Work, time: CallTime): Promise<Answer> {
    const { pictures } = this.#options;
    const input = pictureInput(work.signature);
    if (input === undefined) return this.#ask(work, { rows: undefined, time });
    const encoded = picturesIn(work.inputs, input);
    if (pictures?.signature === work.signature) return this.#prepareAndAsk(pictures, work, { encoded, time });
    const { signature, outputs } = work;
    const ask = (elements: readonly Uint8Array[]): Promise<Answer> => {
      const shape = input.shape.length === 0 ? [] : [elements.length];
      const inputs = new Map<string, Tensor>([[input.name, { datatype: 'string', shape, elements }]]);
      return this.#ask({ signature, inputs, outputs }, { rows: shape[0], time });
    };
    const isOpen = signature.outputs.some(({ name, shape }) => shape === undefined && outputs.includes(name));
    const isWhole = input.shape[0] !== null || isOpen;
    if (encoded.length > 1 && isWhole) return askTwice(() => ask(encoded));
    const join = (left: Answer, right: Answer): Answer => joinHalves(signature, left, right);
    return askAboutPictures(encoded, { ask, join });
  }

  async #prepareAndAsk(
    { target, prepared }: PicturesSignature,
    { outputs }: Work,
    { encoded, time }: { readonly encoded: readonly Uint8Array[]; readonly time: CallTime },
  ): Promise<Answer> {
    const tensor = await prepared.prepare(encoded, { signal: time.signal });
    const inputs = new Map(target.inputs.map(({ name }) => [name, tensor]));
    return this.#ask({ signature: target, inputs, outputs }, { rows: encoded.length, time });
  }

  #ask(
    { signature, inputs, outputs }: Work,
    { rows, time }: { readonly rows: number | undefined; readonly time: CallTime },
  ): Promise<Answer> {
    const { routes, version } = this.#options;
    const { name, version: number } = version;
    return routes.predict({ name, version: number, signature, inputs, outputs, rows }, time);
  }
}
