/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal, so that work in progress can clean up behind itself. */
import { constants } from 'node:os';
import process from 'node:process';
import { PreparationFailure } from './preparation-failure.mjs';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs `work(signal)`; when a stop signal came, the outcome is a failure with the shell's exit code for it. */
export async function stoppable(work) {
  const controller = new AbortController();
  const stop = (name) => {
    const sentence = 'stopped before the end; the next run takes up the work.';
    controller.abort(new PreparationFailure(sentence, { exitCode: 128 + constants.signals[name] }));
  };
  for (const name of stopSignals) process.on(name, stop);
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const name of stopSignals) process.off(name, stop);
  }
}
