/** Shares the rows of one picture request among workers and puts the answers together in their order. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import { joinRows } from '../../domain/join-rows.ts';
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';
import type { JobOutputs } from './messages.ts';
import type { SubmitOptions } from './worker-pool-options.ts';

/** Rows one network run takes at most: more bring no throughput, but memory. */
const mostRowsPerJob = 8;

export type RunRows = (pictures: readonly Uint8Array[], options: SubmitOptions) => Promise<JobOutputs>;

/** @throws ServingError of the failing row with the lowest index; rows after it that still wait are dropped. */
export async function runPictureRows(
  pictures: readonly Uint8Array[],
  { workers, signal }: { readonly workers: number; readonly signal: CallerSignal },
  run: RunRows,
): Promise<JobOutputs> {
  const slices = sliceRows(pictures.length, workers);
  if (slices.length === 1) return run(pictures, { signal, isShared: false });
  const controllers = slices.map(() => new AbortController());
  const dropAll = (): void => {
    for (const controller of controllers) controller.abort();
  };
  if (signal.aborted) dropAll();
  signal.addEventListener('abort', dropAll, { once: true });
  const parts = controllers.map(async (controller, index) => {
    const { start, end } = slices[index] ?? { start: 0, end: 0 };
    try {
      return await run(pictures.slice(start, end), { signal: controller.signal, isShared: true });
    } catch (error) {
      for (const later of controllers.slice(index + 1)) later.abort();
      throw atRow(error, start);
    }
  });
  const outcomes = await Promise.allSettled(parts);
  signal.removeEventListener('abort', dropAll);
  const answers: JobOutputs[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason;
    answers.push(outcome.value);
  }
  return joinAnswers(answers);
}

/** Slices of nearly equal length, in order; one row more in the first ones where it does not divide. */
export function sliceRows(rows: number, workers: number): { readonly start: number; readonly end: number }[] {
  const count = Math.max(Math.min(rows, workers), Math.ceil(rows / mostRowsPerJob));
  return Array.from({ length: count }, (_, index) => ({
    start: Math.ceil((index * rows) / count),
    end: Math.ceil(((index + 1) * rows) / count),
  }));
}

function joinAnswers(answers: readonly JobOutputs[]): JobOutputs {
  const joined = new Map<string, Tensor>();
  for (const name of answers[0]?.keys() ?? []) {
    const rows: NumericTensor[] = [];
    for (const answer of answers) {
      const tensor = answer.get(name);
      if (tensor === undefined || tensor.datatype === 'string')
        throw new Error(`output ${name} cannot be joined`);
      rows.push(tensor);
    }
    joined.set(name, joinRows(rows));
  }
  return joined;
}

function atRow(error: unknown, start: number): unknown {
  if (!(error instanceof ServingError) || error.row === undefined) return error;
  const { kind, message, cause, row } = error;
  return new ServingError(kind, message, { cause, row: row + start });
}
