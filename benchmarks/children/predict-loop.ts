/** Process that asks a TensorFlow Serving for predictions over gRPC, with ready-made requests in a closed loop. */
import { Client, credentials } from '@grpc/grpc-js';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { PredictRequestMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';
import { toTensorProto } from '../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { numberOf, textOf, type Request } from './answer-requests.ts';
import { sendPictures, type Sender } from './send-pictures.ts';

const predict = '/tensorflow.serving.PredictionService/Predict';
const asItIs = (bytes: Buffer): Buffer => bytes;

function open(request: Request): Sender {
  const messages = messageType<PredictRequestMessage>('tensorflow.serving.PredictRequest');
  const name = textOf(request, 'model');
  const input = textOf(request, 'input');
  const client = new Client(`127.0.0.1:${numberOf(request, 'port')}`, credentials.createInsecure());
  return {
    requestFor(picture) {
      const tensor = toTensorProto({ datatype: 'string', shape: [1], elements: [picture] }, 'content');
      return messages.serialize({ model_spec: { name }, inputs: { [input]: tensor } });
    },
    send: (bytes) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(predict, asItIs, asItIs, bytes, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
  };
}

await sendPictures(open);
