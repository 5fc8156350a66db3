/** TensorFlow Serving's gRPC services on bare HTTP/2, with answers that were made beforehand. */
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { GetModelStatusRequestMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';
import { packSignatures } from '../../gateway/wire/tensorflow-serving/signature-proto.ts';
import { toModelStatusMessage } from '../../gateway/wire/tensorflow-serving/status-proto.ts';
import { toTensorProto } from '../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';
import { frameHeadBytes, grpcFrame } from './grpc-frame.ts';

const { name, version } = constantModel;
const service = '/tensorflow.serving.';
const notFound = '5';

/** The usual 64 KiB hold no picture, so that the gateway would wait in the middle of each; a busy server grows them. */
const windowBytes = 4 * 1024 * 1024;

/** A library's server would take a large part of the time that is measured. */
export function constantGrpc(): Http2Server {
  const answers = preparedAnswers();
  const isKnown = knownModelTest();
  const server = createServer({ settings: { initialWindowSize: windowBytes } });
  server.on('session', (session) => {
    session.setLocalWindowSize(windowBytes);
  });
  server.on('stream', (stream, headers) => {
    const method = headers[':path']?.slice(service.length) ?? '';
    const answer = answers.get(method);
    // The caller may leave at any time.
    stream.on('error', () => undefined);
    if (method !== 'ModelService/GetModelStatus') {
      stream.resume().once('end', () => {
        send(stream, answer);
      });
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      send(stream, isKnown(Buffer.concat(chunks).subarray(frameHeadBytes)) ? answer : undefined);
    });
  });
  return server;
}

function preparedAnswers(): ReadonlyMap<string, Buffer> {
  const spec = { name, version: { value: String(version) }, signature_name: constantSignature.name };
  const outputs = [...constantAnswer].map(
    ([output, tensor]) => [output, toTensorProto(tensor, 'values')] as const,
  );
  const signatures = packSignatures([{ ...constantSignature, methodName: 'tensorflow/serving/predict' }]);
  const status = toModelStatusMessage([{ version, state: 'AVAILABLE', errorCode: 'OK', errorMessage: '' }]);
  return new Map([
    [
      'PredictionService/Predict',
      frame('PredictResponse', { model_spec: spec, outputs: Object.fromEntries(outputs) }),
    ],
    [
      'PredictionService/GetModelMetadata',
      frame('GetModelMetadataResponse', { model_spec: spec, metadata: { signature_def: signatures } }),
    ],
    ['ModelService/GetModelStatus', frame('GetModelStatusResponse', status)],
  ]);
}

function knownModelTest(): (request: Buffer) => boolean {
  const requests = messageType<GetModelStatusRequestMessage>('tensorflow.serving.GetModelStatusRequest');
  return (request) => requests.deserialize(request).model_spec?.name === name;
}

function frame(type: string, message: object): Buffer {
  return grpcFrame(messageType(`tensorflow.serving.${type}`).serialize(message));
}

function send(stream: ServerHttp2Stream, answer: Buffer | undefined): void {
  if (stream.destroyed) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc+proto' };
  if (answer === undefined) {
    stream.respond({ ...headers, 'grpc-status': notFound }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  stream.end(answer);
}
