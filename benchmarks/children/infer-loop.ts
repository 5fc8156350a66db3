/** Process that asks for inferences over gRPC with ready-made requests in a closed loop, on bare HTTP/2. */
import { connect, type ClientHttp2Session } from 'node:http2';
import { framedMessage } from '../../gateway/engines/tensorflow-serving/message-frame.ts';
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { numberOf, type Request } from './answer-requests.ts';
import { constantModel, constantSignature } from './constant-model.ts';
import { sendPictures, type Sender } from './send-pictures.ts';

const lengthBytes = 4;

function open(request: Request): Sender {
  const port = numberOf(request, 'port');
  const method = inferenceServices().inferenceService['ModelInfer'];
  if (method === undefined) throw new Error('the service has no ModelInfer');
  let session: ClientHttp2Session | undefined;
  return {
    requestFor: (picture) => Buffer.concat(framedMessage([method.requestSerialize(inferRequest(picture))])),
    send(bytes) {
      if (session === undefined || session.closed) session = connect(`http://127.0.0.1:${port}`);
      return call(session, method.path, bytes);
    },
  };
}

function inferRequest(picture: Buffer): object {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(picture.byteLength);
  return {
    model_name: constantModel.name,
    inputs: [{ name: constantSignature.inputs[0]?.name, datatype: 'BYTES', shape: [1] }],
    outputs: [{ name: 'classes' }],
    raw_input_contents: [Buffer.concat([length, picture])],
  };
}

function call(session: ClientHttp2Session, path: string, bytes: Buffer): Promise<void> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
  });
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.once('trailers', ({ 'grpc-status': status }) => {
      if (status === '0') resolve();
      else reject(new Error(`a call ended with the status ${String(status)}`));
    });
    // Without trailers there was no answer at all.
    stream.once('close', () => {
      reject(new Error('a call was not answered'));
    });
    stream.resume().end(bytes);
  });
}

await sendPictures(open);
