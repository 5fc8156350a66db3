/** The entry of the thread that writes large answers to inferences. */
import { runTasks } from '../../threads/run-tasks.ts';
import { unpackTensors, type TensorParcel } from '../../threads/tensor-parcel.ts';
import { writeRestAnswer, type RestAnswer } from './write-rest-answer.ts';

runTasks<RestAnswer<TensorParcel>, Uint8Array>(isAnswer, (sent) => {
  const text = writeRestAnswer(
    sent.verb === 'predict' ? { ...sent, outputs: unpackTensors(sent.outputs) } : sent,
  );
  // In memory of its own, unlike what Buffer makes of a short text.
  const answer = new TextEncoder().encode(text);
  return { answer, memory: [answer.buffer] };
});

/** Only our own server sends to this port. */
function isAnswer(message: unknown): message is RestAnswer<TensorParcel> {
  return typeof message === 'object' && message !== null && 'verb' in message;
}
