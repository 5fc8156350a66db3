/** Reads and writes the bodies of inferences; what takes long, in threads beside the one that answers everybody. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { siblingModule } from '../../sibling-module.ts';
import { TaskThread } from '../../threads/task-thread.ts';
import { packTensors, unpackTensors, type TensorParcel } from '../../threads/tensor-parcel.ts';
import { takesLongToParse } from '../../wire/json/json-weight.ts';
import { readRestCall, type RestCall, type RestCallWith, type RestQuestion } from './read-rest-call.ts';
import { takesLongToWrite, writeRestAnswer, type RestAnswer } from './write-rest-answer.ts';

export interface ReceivedQuestion extends RestQuestion {
  readonly body: Buffer;
}

export class RestBodies {
  readonly #reading = new TaskThread<RestQuestion, RestCallWith<TensorParcel>>({
    entry: siblingModule('reading-worker', import.meta.url),
    tookTooLong: 'The JSON takes too long to read; send fewer rows.',
  });
  readonly #writing = new TaskThread<RestAnswer<TensorParcel>, Uint8Array>({
    entry: siblingModule('writing-worker', import.meta.url),
    tookTooLong: 'The answer takes too long to write; send fewer rows.',
  });

  /**
   * @param question its body is given away: the memory goes to the other thread when it is large
   * @param signal aborted when nobody waits for it any more; one that waits for its turn is dropped then
   * @throws ServingError `invalid-input`, `cancelled`, or `too-large` for more values than can be read at once
   */
  async read(question: ReceivedQuestion, signal: CallerSignal): Promise<RestCall> {
    const { body } = question;
    if (!takesLongToParse(body)) return readRestCall(question);
    const call = await this.#reading.run(question, [body.buffer], signal);
    return { ...call, inputs: unpackTensors(call.inputs) };
  }

  /** @throws ServingError `invalid-input` or `model-failed` when the outputs do not fit, `cancelled`, or `too-large` */
  async write(answer: RestAnswer, signal: CallerSignal): Promise<string | Buffer> {
    if (!takesLongToWrite(answer)) return writeRestAnswer(answer);
    // Copied and not given away, since a model may answer with what it keeps.
    const sent = answer.verb === 'predict' ? { ...answer, outputs: packTensors(answer.outputs) } : answer;
    const { buffer, byteOffset, byteLength } = await this.#writing.run(sent, [], signal);
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Ends the threads; what is being read or written is given up. */
  async close(): Promise<void> {
    await Promise.all([this.#reading.close(), this.#writing.close()]);
  }
}
