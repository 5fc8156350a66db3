/** Lets the converter work in a thread of its own, so that progress is shown and Ctrl-C is heard meanwhile. */
import '../engines/onnx/without-telemetry.ts';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../sibling-module.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { createCounter } from './counter.ts';
import type { Terminal } from './terminal.ts';
import { isWorkshopMessage, type WorkshopJob, type WorkshopResult } from './workshop-messages.ts';

const tickMilliseconds = 200;

/**
 * @throws RepositoryError with the converter's sentence, or the reason of `terminal.stop` when it is aborted; the
 * thread has then ended.
 */
export async function runInWorkshop(
  job: WorkshopJob,
  { error, stop }: Pick<Terminal, 'error' | 'stop'>,
): Promise<WorkshopResult> {
  stop.throwIfAborted();
  const worker = new Worker(siblingModule('workshop-worker', import.meta.url), { workerData: job });
  const counter = createCounter(error);
  const began = performance.now();
  let stage = 'starting';
  const ticking = setInterval(() => {
    counter.show(`${stage} (${Math.round((performance.now() - began) / 1000)} s)`);
  }, tickMilliseconds);
  let abandon: (() => void) | undefined;
  try {
    return await new Promise<WorkshopResult>((resolve, reject) => {
      abandon = () => {
        reject(stop.reason instanceof Error ? stop.reason : new Error('stopped'));
      };
      stop.addEventListener('abort', abandon, { once: true });
      worker.on('message', (message: unknown) => {
        if (!isWorkshopMessage(message)) return;
        if (message.type === 'stage') stage = message.stage;
        else if (message.type === 'refused') reject(new RepositoryError(message.sentence));
        else if (message.type === 'failed') reject(unforeseen(message.cause));
        else resolve(message);
      });
      worker.on('error', (cause: unknown) => {
        reject(outOfMemory(cause) ?? unforeseen(cause instanceof Error ? cause.message : 'unknown'));
      });
      worker.on('exit', (code) => {
        reject(unforeseen(`its thread ended with code ${code}`));
      });
    });
  } finally {
    clearInterval(ticking);
    counter.clear();
    if (abandon !== undefined) stop.removeEventListener('abort', abandon);
    await worker.terminate();
  }
}

/** The first line only: the rest is a stack, which is of no use to the user. */
function unforeseen(cause: string): RepositoryError {
  const [words = ''] = cause.split('\n', 1);
  return new RepositoryError(`The converter failed for a reason it does not know: ${words}.`, { cause });
}

function outOfMemory(cause: unknown): RepositoryError | undefined {
  const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull
    ? new RepositoryError('The model needs more memory than this process may use.', { cause })
    : undefined;
}
