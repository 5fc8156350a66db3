/** Process that asks for inferences over gRPC with ready-made requests in a closed loop, on bare HTTP/2. */
import { readFile } from 'node:fs/promises';
import { connect, type ClientHttp2Session } from 'node:http2';
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { answerRequests, numberOf, textsOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';
import { constantModel, constantSignature } from './constant-model.ts';
import { grpcFrame } from './grpc-frame.ts';

const lengthBytes = 4;
let port = 0;
let path = '';
let requests: readonly Buffer[] = [];
let session: ClientHttp2Session | undefined;

async function open(request: Request): Promise<object> {
  port = numberOf(request, 'port');
  const method = inferenceServices().inferenceService['ModelInfer'];
  if (method === undefined) throw new Error('the service has no ModelInfer');
  ({ path } = method);
  const pictures = await Promise.all(textsOf(request, 'pictures').map((file) => readFile(file)));
  requests = pictures.map((picture) => grpcFrame(method.requestSerialize(inferRequest(picture))));
  return {};
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

function run(request: Request): Promise<object> {
  return closedLoop({
    concurrency: numberOf(request, 'connections'),
    count: numberOf(request, 'count'),
    act: send,
  });
}

function send(item: number): Promise<void> {
  const bytes = requests[item % requests.length];
  if (session === undefined || session.closed) session = connect(`http://127.0.0.1:${port}`);
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

await answerRequests({ open, run });
