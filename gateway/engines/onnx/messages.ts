/** What the engine's threads say to each other; everything here survives a structured clone. */
import type { SignatureProgram } from '../../../converter/program.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';

/** What a worker is told when it starts (`workerData`). */
export interface WorkerAssignment {
  /** Absolute path of a cache entry: `<module>.onnx` for every module named in the programs. */
  readonly folder: string;
  readonly programs: readonly SignatureProgram[];
  /** Threads one run computes with. */
  readonly threads: number;
  /** Largest picture that is decoded, in pixels. */
  readonly maxPixels: number;
}

/** Work for one worker: some rows of a picture request, or one tensor request. */
export type Job =
  | {
      readonly kind: 'picture';
      readonly signature: string;
      readonly pictures: readonly Uint8Array[];
      readonly outputs: readonly string[];
    }
  | {
      readonly kind: 'tensor';
      readonly signature: string;
      readonly inputs: ReadonlyMap<string, NumericTensor>;
      readonly outputs: readonly string[];
    };

/** Asks a worker to end by itself once its job is done. */
export const leaveMessage = { kind: 'leave' } as const;

export function isLeaveMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === leaveMessage.kind;
}

export type JobOutputs = ReadonlyMap<string, Tensor>;

/** A ServingError on its way between threads. */
export interface SentError {
  readonly kind: ErrorKind;
  readonly sentence: string;
  readonly row: number | undefined;
  /** For the log; a structured clone of an arbitrary cause may fail, its text never does. */
  readonly cause: string;
}

/** `ready` and `start-failed` end the start; every job is answered by exactly one `done` or `failed`. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'start-failed'; readonly error: SentError }
  | { readonly type: 'done'; readonly outputs: JobOutputs }
  | { readonly type: 'failed'; readonly error: SentError };

export function isWorkerAssignment(value: unknown): value is WorkerAssignment {
  return hasFields(value, ['folder', 'programs', 'threads', 'maxPixels']);
}

export function isJob(value: unknown): value is Job {
  return hasFields(value, ['kind', 'signature', 'outputs']);
}

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  return hasFields(value, ['type']);
}

/** Both ends are compiled together, so naming the fields is enough to tell a message from anything else. */
function hasFields(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}
