/** One gRPC call that ends with its answer, with a fault, or when its time is over. */
import { BackendFault } from './backend-fault.ts';
import type { CallTime } from './deadline.ts';
import type { Http2Connection } from './http2-connection.ts';
import { UnaryExchange } from './unary-exchange.ts';
import type { UnaryQuestion } from './unary-question.ts';

/**
 * @returns the message of the answer; by then nobody reads the bytes of the question any more
 * @throws BackendFault
 */
export async function unaryCall(
  connection: Http2Connection,
  question: UnaryQuestion,
  time: CallTime,
): Promise<Buffer> {
  if (time.signal.aborted) throw new BackendFault('aborted', 'there is no time for the call');
  const kept = connection.session;
  const session = kept ?? (await whileThereIsTime(connection.connect(), time));
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const options = { session, isKept: kept !== undefined, time };
      new UnaryExchange(options, { resolve, reject }).ask(question);
    });
  } catch (error) {
    // Whoever does not answer in time may be gone without a word: the next call finds out by connecting anew.
    if (time.ended === 'late') connection.retire(session);
    throw error;
  }
}

function whileThereIsTime<Result>(work: Promise<Result>, { signal }: CallTime): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new BackendFault('aborted', 'the call was given up before there was a connection'));
    };
    signal.addEventListener('abort', giveUp);
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  });
}
