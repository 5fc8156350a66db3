/** TensorFlow Serving's gRPC services on bare HTTP/2, with answers that were made beforehand. */
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { ProtobufWriter } from '../../gateway/protobuf/protobuf-writer.ts';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { GetModelStatusRequestMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';
import { packSignatures } from '../../gateway/wire/tensorflow-serving/signature-proto.ts';
import { toModelStatusMessage } from '../../gateway/wire/tensorflow-serving/status-proto.ts';
import { toTensorProto } from '../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';
import { frameHeadBytes, grpcFrame } from './grpc-frame.ts';

const { name, version } = constantModel;
const service = '/tensorflow.serving.';
const spec = { name, version: { value: String(version) }, signature_name: constantSignature.name };
const notFound = '5';

/** The usual 64 KiB hold no picture, so that the gateway would wait in the middle of each; a busy server grows them. */
const windowBytes = 4 * 1024 * 1024;

/** Finds the answer by the end of the question, which is all that is kept of it. */
type FindAnswer = (end: Buffer) => Buffer | undefined;

/** A library's server would take a large part of the time that is measured. */
export function constantGrpc(): Http2Server {
  const methods = preparedMethods();
  const server = createServer({ settings: { initialWindowSize: windowBytes } });
  server.on('session', (session) => {
    session.setLocalWindowSize(windowBytes);
  });
  server.on('stream', (stream, headers) => {
    const find = methods.get(headers[':path']?.slice(service.length) ?? '');
    let last: Buffer = Buffer.alloc(0);
    let lastButOne = last;
    // The caller may leave at any time.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      lastButOne = last;
      last = chunk;
    });
    stream.once('end', () => {
      send(stream, find?.(Buffer.concat([lastButOne, last])));
    });
  });
  return server;
}

function preparedMethods(): ReadonlyMap<string, FindAnswer> {
  const signatures = packSignatures([{ ...constantSignature, methodName: 'tensorflow/serving/predict' }]);
  const status = toModelStatusMessage([{ version, state: 'AVAILABLE', errorCode: 'OK', errorMessage: '' }]);
  const metadata = { model_spec: spec, metadata: { signature_def: signatures } };
  const metadataAnswer = frame('GetModelMetadataResponse', metadata);
  const statusAnswer = frame('GetModelStatusResponse', status);
  const statusRequests = messageType<GetModelStatusRequestMessage>(
    'tensorflow.serving.GetModelStatusRequest',
  );
  return new Map<string, FindAnswer>([
    ['PredictionService/Predict', preparedPredictions()],
    ['PredictionService/GetModelMetadata', () => metadataAnswer],
    [
      'ModelService/GetModelStatus',
      (question) => {
        const asked = statusRequests.deserialize(question.subarray(frameHeadBytes));
        return asked.model_spec?.name === name ? statusAnswer : undefined;
      },
    ],
  ]);
}

/** With the outputs that the question names, in its last fields; all of them when it names none. */
function preparedPredictions(): FindAnswer {
  const outputs = [...constantAnswer.keys()];
  const all = predictionOf(outputs);
  const answers = [outputs, ...outputs.map((output) => [output])].map((wanted) => ({
    filter: new ProtobufWriter().strings(3, wanted).finish(),
    answer: predictionOf(wanted),
  }));
  return (end) => answers.find(({ filter }) => end.subarray(-filter.length).equals(filter))?.answer ?? all;
}

function predictionOf(wanted: readonly string[]): Buffer {
  const outputs = [...constantAnswer]
    .filter(([output]) => wanted.includes(output))
    .map(([output, tensor]) => [output, toTensorProto(tensor, 'values')] as const);
  return frame('PredictResponse', { model_spec: spec, outputs: Object.fromEntries(outputs) });
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
