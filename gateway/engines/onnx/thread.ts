/** A thread that takes jobs, as the pool sees it; and the real one over a worker thread. */
import { Worker } from 'node:worker_threads';
import { elementBuffers } from './element-buffers.ts';
import { isWorkerMessage } from './messages.ts';
import type { Job, WorkerAssignment, WorkerMessage } from './messages.ts';

export interface Thread {
  /** Sends a job; the thread then owns the memory of its inputs. */
  post(job: Job): void;
  /** Whether this thread alone keeps the process alive. */
  setHoldsProcess(holds: boolean): void;
  /** Resolves when the thread has ended, which native code it is inside may delay. */
  terminate(): Promise<void>;
}

export interface ThreadListener {
  onMessage(message: WorkerMessage): void;
  /** Called once; nothing comes after it. */
  onExit(cause: Error): void;
}

export type StartThread = (listener: ThreadListener) => Thread;

// Pixels, tensors and weights lie outside this heap; what is left is a few modules and small messages.
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

/** Starts one thread of a model from an entry module that calls `serveJobs`. */
export function startThread(entry: URL, assignment: WorkerAssignment, listener: ThreadListener): Thread {
  const worker = new Worker(entry, { workerData: assignment, resourceLimits });
  let cause: Error | undefined;
  worker.on('message', (message: unknown) => {
    if (isWorkerMessage(message)) listener.onMessage(message);
  });
  worker.on('error', (error: unknown) => {
    cause = error instanceof Error ? error : new Error(String(error));
  });
  worker.on('exit', (code) => {
    listener.onExit(cause ?? new Error(`the worker thread ended with code ${String(code)}`));
  });
  return {
    post(job) {
      worker.postMessage(job, ownedBuffers(job));
    },
    setHoldsProcess(holds) {
      if (holds) worker.ref();
      else worker.unref();
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

function ownedBuffers(job: Job): ArrayBuffer[] {
  if (job.kind === 'tensor') return elementBuffers(job.inputs.values());
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer } of job.pictures) if (buffer instanceof ArrayBuffer) buffers.add(buffer);
  return [...buffers];
}
