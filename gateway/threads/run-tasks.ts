/** The thread's end of tasks: runs each that comes, and sends back what became of it. */
import { parentPort } from 'node:worker_threads';
import { ServingError } from '../domain/errors.ts';
import type { TaskOutcome } from './task-outcome.ts';

export interface TaskAnswer<Answer> {
  readonly answer: Answer;
  /** Memory that changes hands instead of being copied. */
  readonly memory: readonly ArrayBufferLike[];
}

/** @param run what it throws, unless it is a ServingError, ends the thread */
export function runTasks<Task, Answer>(
  isTask: (message: unknown) => message is Task,
  run: (task: Task) => TaskAnswer<Answer>,
): void {
  parentPort?.on('message', (message: unknown) => {
    if (!isTask(message)) return;
    const { outcome, memory } = outcomeOf(() => run(message));
    parentPort?.postMessage(
      outcome,
      memory.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  });
}

function outcomeOf<Answer>(run: () => TaskAnswer<Answer>): {
  readonly outcome: TaskOutcome<Answer>;
  readonly memory: readonly ArrayBufferLike[];
} {
  try {
    const { answer, memory } = run();
    return { outcome: { outcome: 'done', answer }, memory };
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    return { outcome: { outcome: 'refused', kind: error.kind, sentence: error.message }, memory: [] };
  }
}
