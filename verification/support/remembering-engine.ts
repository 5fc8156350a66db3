/** An engine that gives pictures back as they are and looks at them twice: none may change as long as it may look. */
import { createHash } from 'node:crypto';
import type { Engine, InferenceOptions, InferenceRequest, LoadedModel } from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import { usualSignature } from '../../gateway/domain/signature-named.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';

const classCount = 1000;
const longestMilliseconds = 6;
/** Every so many requests fail at once, while the pictures are still being looked at. */
const failureEvery = 7;

const signature = {
  name: usualSignature,
  inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
  outputs: [
    { name: 'same', datatype: 'string', shape: [null] },
    { name: 'probabilities', datatype: 'float32', shape: [null, classCount] },
  ],
} as const;

export const rememberingOutput = 'same';

/** The class that the engine finds in a picture. */
export const classOfPicture = (picture: Uint8Array): number =>
  createHash('sha256').update(picture).digest().readUInt32LE() % classCount;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export class RememberingEngine implements Engine {
  readonly name = 'remembering';
  /** How many pictures have been another one when they were looked at again. */
  changed = 0;
  #requests = 0;
  #inside = 0;

  load(): Promise<LoadedModel> {
    return Promise.resolve({
      signatures: new Map([[signature.name, signature]]),
      infer: (request, options) => this.#infer(request, options),
      readiness: () => ({ ready: true }),
      close: () => Promise.resolve(),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when it looks at no picture any more. */
  async atRest(): Promise<void> {
    while (this.#inside > 0) await pause(1);
  }

  async #infer({ inputs, outputs }: InferenceRequest, { signal }: InferenceOptions) {
    const picture = picturesOf(inputs);
    this.#requests += 1;
    const isFailing = this.#requests % failureEvery === 0;
    const looking = this.#lookTwice(picture);
    if (isFailing) throw new ServingError('model-failed', 'failed for the test');
    const departure = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new ServingError('cancelled', 'gone'));
      });
    });
    const classIndex = await Promise.race([looking, departure]);
    const probabilities = new Float32Array(classCount);
    probabilities[classIndex] = 1;
    const all = new Map<string, Tensor>([
      [rememberingOutput, { datatype: 'string', shape: [1], elements: [picture] }],
      ['probabilities', { datatype: 'float32', shape: [1, classCount], elements: probabilities }],
    ]);
    return new Map([...all].filter(([name]) => outputs?.includes(name) ?? true));
  }

  async #lookTwice(picture: Uint8Array): Promise<number> {
    this.#inside += 1;
    const before = classOfPicture(picture);
    await pause(Math.random() * longestMilliseconds);
    const after = classOfPicture(picture);
    if (after !== before) this.changed += 1;
    this.#inside -= 1;
    return after;
  }
}

function picturesOf(inputs: ReadonlyMap<string, Tensor>): Uint8Array {
  const tensor = inputs.get('image_bytes');
  const picture = tensor?.datatype === 'string' ? tensor.elements[0] : undefined;
  if (picture === undefined) throw new Error('there is no picture');
  return picture;
}
