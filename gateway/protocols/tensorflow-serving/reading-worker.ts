/** The entry of the thread that reads large bodies of inferences. */
import { runTasks } from '../../threads/run-tasks.ts';
import { memoryOf, packTensors, type TensorParcel } from '../../threads/tensor-parcel.ts';
import { readRestCall, type RestCallWith, type RestQuestion } from './read-rest-call.ts';

runTasks<RestQuestion, RestCallWith<TensorParcel>>(isQuestion, (question) => {
  const call = readRestCall(question);
  const inputs = packTensors(call.inputs);
  return { answer: { ...call, inputs }, memory: memoryOf(inputs) };
});

/** Only our own server sends to this port. */
function isQuestion(message: unknown): message is RestQuestion {
  return typeof message === 'object' && message !== null && 'signatures' in message;
}
