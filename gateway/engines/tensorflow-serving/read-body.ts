/** Reads the body of an HTTP answer, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { BackendFault } from './backend-fault.ts';

/** @throws BackendFault `failed` when it is longer than the limit, or says so, and when it breaks off */
export async function readBody(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLong(answer, limit);
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const breakOff = (cause?: unknown): void => {
      leave();
      reject(new BackendFault('failed', 'the answer broke off', { cause, isConnectionBroken: true }));
    };
    const finish = (): void => {
      if (!answer.complete) {
        breakOff();
        return;
      }
      leave();
      resolve();
    };
    // Each whole answer closes too, and a fault made then for nobody costs a stack trace.
    const leave = (): void => {
      answer.off('end', finish).off('close', breakOff);
    };
    answer.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) reject(tooLong(answer, limit));
      else chunks.push(chunk);
    });
    answer.once('end', finish).once('close', breakOff);
    // Stays: an error without a listener would end the process.
    answer.on('error', breakOff);
  });
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}

/** The rest is not read, so the connection is of no more use. */
function tooLong(answer: IncomingMessage, limit: number): BackendFault {
  answer.destroy();
  return new BackendFault('failed', `the answer is longer than ${limit} bytes`);
}
