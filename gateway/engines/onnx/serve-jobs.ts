/** The life of a worker thread: open the default signature's sessions, warm up, then one job after another. */
import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { elementBuffers } from './element-buffers.ts';
import { isJob, isLeaveMessage } from './messages.ts';
import type { Job, JobOutputs, WorkerAssignment, WorkerMessage } from './messages.ts';
import { openSession } from './onnx-session.ts';
import type { OnnxSession } from './onnx-session.ts';
import { PictureResampling } from './picture-resampling.ts';
import { PixelScratch } from './pixel-scratch.ts';
import { runProgram } from './run-program.ts';
import type { DecodePicture, ProgramParts } from './run-program.ts';
import { toSentError } from './sent-error.ts';
import { warmUpJob } from './warm-up.ts';

/** Announces `ready` or `start-failed` on the port, then answers every job that arrives on it. */
export async function serveJobs(
  port: MessagePort,
  assignment: WorkerAssignment,
  decode: DecodePicture,
): Promise<void> {
  const parts = programParts(assignment, decode);
  try {
    await warmUp(assignment, parts);
  } catch (error) {
    post(port, { type: 'start-failed', error: toSentError(error, 'The model could not be started.') });
    port.close();
    return;
  }
  port.on('message', (message: unknown) => {
    if (isJob(message)) void answer(port, message, { assignment, parts });
    // With its port closed nothing keeps the thread, which then ends by itself.
    else if (isLeaveMessage(message)) port.close();
  });
  post(port, { type: 'ready' });
}

async function answer(
  port: MessagePort,
  job: Job,
  { assignment, parts }: { assignment: WorkerAssignment; parts: ProgramParts },
): Promise<void> {
  try {
    const outputs = await runProgram(programOf(assignment, job.signature), job, parts);
    post(port, { type: 'done', outputs }, outputs);
  } catch (error) {
    post(port, { type: 'failed', error: toSentError(error, 'The model failed on this input.') });
  }
}

async function warmUp({ programs }: WorkerAssignment, parts: ProgramParts): Promise<void> {
  // Pictures go through every session that the tensors behind them need as well.
  const program = programs.find(({ kind }) => kind === 'picture') ?? programs[0];
  if (program === undefined) throw new Error('the model has no signature');
  const job = warmUpJob(program);
  if (job === undefined) await parts.session(program.network, true);
  else await runProgram(program, job, parts);
}

/** Sessions are opened at their first use: signatures nobody asks for cost no memory. */
function programParts({ folder, threads, maxPixels }: WorkerAssignment, decode: DecodePicture): ProgramParts {
  const sessions = new Map<string, Promise<OnnxSession>>();
  const resampling = new PictureResampling();
  return {
    decode,
    maxPixels,
    scratch: new PixelScratch(() => resampling.room),
    resampling,
    session(module, keepsMemory) {
      const key = `${module} ${String(keepsMemory)}`;
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const opening = openSession(path.join(folder, `${module}.onnx`), { threads, keepsMemory });
      sessions.set(key, opening);
      opening.catch(() => sessions.delete(key));
      return opening;
    },
  };
}

function programOf({ programs }: WorkerAssignment, signature: string) {
  const program = programs.find((candidate) => candidate.signature.name === signature);
  if (program === undefined) throw new Error(`no program for signature ${signature}`);
  return program;
}

function post(port: MessagePort, message: WorkerMessage, outputs?: JobOutputs): void {
  port.postMessage(message, elementBuffers(outputs?.values() ?? []));
}
