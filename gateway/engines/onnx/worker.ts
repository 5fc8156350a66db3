/** Entry of a worker thread: serves the jobs of one model. */
import { parentPort, workerData } from 'node:worker_threads';
import { decodeImage } from '../../imaging/decode-image.ts';
import { isWorkerAssignment } from './messages.ts';
import { serveJobs } from './serve-jobs.ts';

const assignment: unknown = workerData;
if (parentPort === null || !isWorkerAssignment(assignment)) {
  throw new Error('this module is the entry of a worker thread of the ONNX engine');
}
await serveJobs(parentPort, assignment, decodeImage);
