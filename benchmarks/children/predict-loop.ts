/** Process that asks a TensorFlow Serving for predictions over gRPC, with ready-made requests in a closed loop. */
import { Client, credentials } from '@grpc/grpc-js';
import { datatypeNumber } from '../../gateway/wire/tensorflow-serving/datatypes.ts';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { numberOf, textOf, type Request } from './answer-requests.ts';
import { sendPictures, type Sender } from './send-pictures.ts';

const predict = '/tensorflow.serving.PredictionService/Predict';
const asItIs = (bytes: Buffer): Buffer => bytes;

function open(request: Request): Sender {
  const messages = messageType('tensorflow.serving.PredictRequest');
  const name = textOf(request, 'model');
  const input = textOf(request, 'input');
  const client = new Client(`127.0.0.1:${numberOf(request, 'port')}`, credentials.createInsecure());
  return {
    requestFor(picture) {
      const tensor_shape = { dim: [{ size: 1 }] };
      const tensor = { dtype: datatypeNumber('string'), tensor_shape, string_val: [picture] };
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
