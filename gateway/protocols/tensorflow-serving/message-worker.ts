/** The entry of the thread that reads and writes large gRPC messages. */
import { ServingError } from '../../domain/errors.ts';
import { runTasks, type TaskAnswer } from '../../threads/run-tasks.ts';
import { memoryOf, packTensors, unpackTensors } from '../../threads/tensor-parcel.ts';
import { openExamplesRequest, type ExamplesTarget, type OpenedRequest } from './examples-request.ts';
import { isMessageTask, type MessageTask, type MessageTaskAnswer } from './message-tasks.ts';
import { openPredictRequest } from './predict-request.ts';
import { memoryOfRequest, packRequest } from './predict-request-parcel.ts';
import { writeGrpcAnswer } from './write-grpc-answer.ts';

let opened: OpenedRequest | undefined;

runTasks<MessageTask, MessageTaskAnswer>(isMessageTask, (task) => {
  const request = opened;
  // Whatever comes after it, it is not needed twice.
  opened = undefined;
  switch (task.kind) {
    case 'predict': {
      const received = packRequest(openPredictRequest(bufferOf(task.bytes)));
      return { answer: { kind: 'predict', request: received }, memory: memoryOfRequest(received) };
    }
    case 'open': {
      opened = openExamplesRequest(task.method, bufferOf(task.bytes));
      return { answer: { kind: 'open', tasks: opened.tasks }, memory: [] };
    }
    case 'inputs':
      return inputsOf(request, task.targets);
    case 'write': {
      const { answer } = task;
      const bytes = writeGrpcAnswer(
        answer.verb === 'predict' ? { ...answer, outputs: unpackTensors(answer.outputs) } : answer,
      );
      return { answer: { kind: 'write', bytes }, memory: ownMemory(bytes) };
    }
  }
});

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function inputsOf(
  request: OpenedRequest | undefined,
  targets: readonly ExamplesTarget[],
): TaskAnswer<MessageTaskAnswer> {
  // Another thread had it, which was ended.
  if (request === undefined) throw new ServingError('cancelled', 'The server is shutting down.');
  const parcels = request
    .inputsFor(targets)
    .map(({ inputs, count }) => ({ inputs: packTensors(inputs), count }));
  const memory = [...new Set(parcels.flatMap(({ inputs }) => memoryOf(inputs)))];
  return { answer: { kind: 'inputs', parcels }, memory };
}

/** Short pieces lie in memory that Node.js shares out, which cannot be given away. */
const ownMemory = ({ buffer }: Uint8Array): readonly ArrayBufferLike[] =>
  buffer.byteLength > Buffer.poolSize ? [buffer] : [];
