/** Shares the rows of one picture request among workers and puts the answers together in their order. */
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
  { workers, signal }: { readonly workers: number; readonly signal: AbortSignal },
  run: RunRows,
): Promise<JobOutputs> {
  const slices = sliceRows(pictures.length, workers);
  if (slices.length === 1) return run(pictures, { signal, isShared: false });
  const dropLater = slices.map(() => new AbortController());
  const parts = slices.map(async ({ start, end }, index) => {
    const dropped = dropLater[index]?.signal;
    const partSignal = dropped === undefined ? signal : AbortSignal.any([signal, dropped]);
    try {
      return await run(pictures.slice(start, end), { signal: partSignal, isShared: true });
    } catch (error) {
      for (const later of dropLater.slice(index + 1)) later.abort();
      throw atRow(error, start);
    }
  });
  const outcomes = await Promise.allSettled(parts);
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
