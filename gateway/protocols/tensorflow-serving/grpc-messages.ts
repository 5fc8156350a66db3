/** Reads and writes the messages of inferences; what takes long, in a thread beside the one that answers everybody. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { siblingModule } from '../../sibling-module.ts';
import { TaskThread } from '../../threads/task-thread.ts';
import { packTensors, unpackTensors } from '../../threads/tensor-parcel.ts';
import type { ReceivedPredictRequest } from '../../wire/tensorflow-serving/predict-request-message.ts';
import type { ExampleInputs } from './example-tensors.ts';
import {
  openExamplesRequest,
  takesLongToOpen,
  type ExamplesMethod,
  type ExamplesTarget,
  type ExamplesTask,
} from './examples-request.ts';
import type { MessageTask, MessageTaskAnswer } from './message-tasks.ts';
import { openPredictRequest, takesLongToRead } from './predict-request.ts';
import { unpackRequest } from './predict-request-parcel.ts';
import { takesLongToWrite, writeGrpcAnswer, type GrpcAnswer } from './write-grpc-answer.ts';

export interface ExamplesMessage {
  readonly method: ExamplesMethod;
  /** Given away: the memory goes to the other thread when it takes long to read. */
  readonly bytes: Buffer;
}

export class GrpcMessages {
  readonly #thread = new TaskThread<MessageTask, MessageTaskAnswer>({
    entry: siblingModule('message-worker', import.meta.url),
    tookTooLong: 'The message takes too long to read or to write; send fewer rows.',
  });

  /**
   * @param bytes given away: the memory goes to the other thread when it takes long to read
   * @param signal as of `readExamples`
   * @throws ServingError `invalid-input`, `cancelled`, or `too-large` for more values than can be read at once
   */
  async readPredict(bytes: Buffer, signal: CallerSignal): Promise<ReceivedPredictRequest> {
    if (!takesLongToRead(bytes)) return openPredictRequest(bytes);
    const read = await this.#thread.run({ kind: 'predict', bytes }, [bytes.buffer], signal);
    if (read.kind !== 'predict') throw otherAnswer();
    return unpackRequest(read.request);
  }

  /**
   * @param targetsOf says what each task means, or throws why none is answered
   * @param signal aborted when nobody waits for it any more; one that waits for its turn is dropped then
   * @returns inputs for each target
   * @throws ServingError `invalid-input`, `cancelled`, or `too-large` for more values than can be read at once
   */
  async readExamples(
    { method, bytes }: ExamplesMessage,
    targetsOf: (tasks: readonly ExamplesTask[]) => readonly ExamplesTarget[],
    signal: CallerSignal,
  ): Promise<readonly ExampleInputs[]> {
    if (!takesLongToOpen(method, bytes)) {
      const { tasks, inputsFor } = openExamplesRequest(method, bytes);
      return inputsFor(targetsOf(tasks));
    }
    return this.#thread.inTurn(async (run) => {
      const opened = await run({ kind: 'open', method, bytes }, [bytes.buffer]);
      if (opened.kind !== 'open') throw otherAnswer();
      const read = await run({ kind: 'inputs', targets: targetsOf(opened.tasks) }, []);
      if (read.kind !== 'inputs') throw otherAnswer();
      return read.parcels.map(({ inputs, count }) => ({ inputs: unpackTensors(inputs), count }));
    }, signal);
  }

  /** @throws ServingError `model-failed` when the outputs do not fit, `cancelled`, or `too-large` */
  async write(answer: GrpcAnswer, signal: CallerSignal): Promise<Buffer> {
    if (!takesLongToWrite(answer)) return writeGrpcAnswer(answer);
    // Copied and not given away, since a model may answer with what it keeps.
    const sent = answer.verb === 'predict' ? { ...answer, outputs: packTensors(answer.outputs) } : answer;
    const written = await this.#thread.run({ kind: 'write', answer: sent }, [], signal);
    if (written.kind !== 'write') throw otherAnswer();
    const { buffer, byteOffset, byteLength } = written.bytes;
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Ends the thread; what is being read or written is given up. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}

const otherAnswer = (): Error => new Error('the thread answered another task');
