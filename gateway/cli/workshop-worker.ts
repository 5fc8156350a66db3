/** Entry of the workshop's thread: converting blocks for seconds, and the command goes on to hear its user. */
import { parentPort, workerData } from 'node:worker_threads';
import { convertCheckpoint } from '../../converter/convert-checkpoint.ts';
import { convertSavedModel } from '../../converter/convert-saved-model.ts';
import { inspectModel } from '../../converter/inspect/inspect-model.ts';
import { UnsupportedModel } from '../../converter/unsupported-model.ts';
import {
  isWorkshopJob,
  type WorkshopJob,
  type WorkshopMessage,
  type WorkshopResult,
} from './workshop-messages.ts';

async function work(job: WorkshopJob, onStage: (stage: string) => void): Promise<WorkshopResult> {
  switch (job.kind) {
    case 'checkpoint':
      return { type: 'converted', report: await convertCheckpoint(job.request, onStage) };
    case 'saved-model':
      return { type: 'converted', report: await convertSavedModel(job.request, onStage) };
    case 'inspect':
      onStage('looking into the model');
      return { type: 'inspected', inspection: await inspectModel(job.place) };
  }
}

const job: unknown = workerData;
const port = parentPort;
if (port === null || !isWorkshopJob(job)) throw new Error('this module is the entry of a thread');
const send = (message: WorkshopMessage): void => {
  port.postMessage(message);
};
try {
  send(
    await work(job, (stage) => {
      send({ type: 'stage', stage });
    }),
  );
} catch (error) {
  send(
    error instanceof UnsupportedModel
      ? { type: 'refused', sentence: error.message }
      : { type: 'failed', cause: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  );
}
port.close();
