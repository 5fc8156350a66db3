/** Runs a picture signature and cuts its outputs into one row a picture. */
import type { CallerSignal } from '../domain/caller-signal.ts';
import { ServingError } from '../domain/errors.ts';
import type { EncodedPicture } from '../domain/image.ts';
import { elementCount, type NumericTensor, type Tensor } from '../domain/tensor.ts';
import type { ServedModel } from './model-registry.ts';
import type { PictureSignature } from './picture-signature.ts';

/** What the model said about one picture. */
export interface AnswerRow {
  readonly classIndex: number | undefined;
  /** One score a class. */
  readonly scores: ArrayLike<number> | undefined;
}

interface Target {
  readonly model: ServedModel;
  readonly signature: PictureSignature;
}

/** @throws ServingError of the kinds of `LoadedModel.infer`; `model-failed` when outputs and pictures do not match */
export async function inferRows(
  target: Target,
  pictures: readonly EncodedPicture[],
  signal: CallerSignal,
): Promise<readonly AnswerRow[]> {
  const isLone = pictures.length === 1;
  if (isLone || !target.signature.isSingle) return inferBatch(target, pictures, { signal, isLone });
  const rows = await Promise.all(
    pictures.map((picture, row) =>
      inferBatch(target, [picture], { signal, isLone }).catch((error: unknown) => {
        throw error instanceof ServingError ? atRow(error, row) : error;
      }),
    ),
  );
  return rows.flat();
}

async function inferBatch(
  { model, signature }: Target,
  pictures: readonly EncodedPicture[],
  { signal, isLone }: { readonly signal: CallerSignal; readonly isLone: boolean },
): Promise<readonly AnswerRow[]> {
  const { classes, scores } = signature.outputs;
  const input: Tensor = {
    datatype: 'string',
    shape: signature.rank === 0 ? [] : [pictures.length],
    elements: pictures.map((picture) => picture.bytes),
  };
  const outputs = await model.loaded.infer(
    {
      signature: signature.signatureName,
      inputs: new Map([[signature.inputName, input]]),
      outputs: [classes, scores].filter((name) => name !== undefined),
      // Several may be views of one buffer, which can go to one thread only.
      areInputsDisposable: isLone && pictures[0]?.isDisposable === true,
    },
    { signal },
  );
  const classTensor = classes === undefined ? undefined : numeric(outputs.get(classes), pictures.length);
  const scoreTensor = scores === undefined ? undefined : numeric(outputs.get(scores), pictures.length);
  return pictures.map((_, row) => ({
    classIndex: classTensor && classIn(classTensor, row),
    scores: scoreTensor && scoreRow(scoreTensor, row, pictures.length),
  }));
}

/** @throws ServingError `model-failed` for what cannot be the number of a class */
function classIn({ elements }: NumericTensor, row: number): number {
  const index = Number(elements[row]);
  if (Number.isSafeInteger(index) && index >= 0) return index;
  throw new ServingError('model-failed', 'The model gave a class that is no whole number from 0 on.');
}

function numeric(tensor: Tensor | undefined, rows: number): NumericTensor {
  const count = tensor === undefined ? 0 : elementCount(tensor.shape);
  if (tensor === undefined || tensor.datatype === 'string' || count === 0 || count % rows !== 0) {
    throw new ServingError('model-failed', 'The model gave an answer whose shape does not fit the pictures.');
  }
  return tensor;
}

function scoreRow({ elements }: NumericTensor, row: number, rows: number): ArrayLike<number> {
  if (!(elements instanceof Float32Array) && !(elements instanceof Float64Array)) {
    throw new ServingError('model-failed', 'The model gave scores of a datatype other than it declares.');
  }
  const width = elements.length / rows;
  return elements.subarray(row * width, (row + 1) * width);
}

function atRow(error: ServingError, row: number): ServingError {
  return new ServingError(error.kind, error.message, {
    cause: error,
    row,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  });
}
