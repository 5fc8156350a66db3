/** Process that asks a TensorFlow Serving for predictions over gRPC, with ready-made requests in a closed loop. */
import { readFile } from 'node:fs/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { PredictRequestMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';
import { toTensorProto } from '../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { answerRequests, numberOf, textOf, textsOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';

const predict = '/tensorflow.serving.PredictionService/Predict';
const asItIs = (bytes: Buffer): Buffer => bytes;

let requests: readonly Buffer[] = [];
let client: Client | undefined;

async function open(request: Request): Promise<object> {
  const messages = messageType<PredictRequestMessage>('tensorflow.serving.PredictRequest');
  const name = textOf(request, 'model');
  const input = textOf(request, 'input');
  const pictures = await Promise.all(textsOf(request, 'pictures').map((file) => readFile(file)));
  requests = pictures.map((picture) => {
    const tensor = toTensorProto({ datatype: 'string', shape: [1], elements: [picture] }, 'content');
    return messages.serialize({ model_spec: { name }, inputs: { [input]: tensor } });
  });
  client = new Client(`127.0.0.1:${numberOf(request, 'port')}`, credentials.createInsecure());
  return {};
}

function run(request: Request): Promise<object> {
  return closedLoop({
    concurrency: numberOf(request, 'connections'),
    count: numberOf(request, 'count'),
    act: send,
  });
}

function send(item: number): Promise<void> {
  const bytes = requests[item % requests.length];
  return new Promise((resolve, reject) => {
    if (bytes === undefined || client === undefined) {
      reject(new Error('there is nothing to send'));
      return;
    }
    client.makeUnaryRequest(predict, asItIs, asItIs, bytes, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

await answerRequests({ open, run });
