/** TensorFlow Serving's gRPC services with answers that were made beforehand. */
import type { Server } from 'node:net';
import { frameHeadBytes, framedMessage } from '../../gateway/engines/tensorflow-serving/message-frame.ts';
import { ProtobufWriter } from '../../gateway/protobuf/protobuf-writer.ts';
import { messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { GetModelStatusRequestMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';
import { writePredictAnswer } from '../../gateway/wire/tensorflow-serving/predict-answer-message.ts';
import { packSignatures } from '../../gateway/wire/tensorflow-serving/signature-proto.ts';
import { toModelStatusMessage } from '../../gateway/wire/tensorflow-serving/status-proto.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';
import { frameServer } from './frame-server.ts';

const { name, version } = constantModel;
const service = '/tensorflow.serving.';
const spec = { name, version: { value: String(version) }, signature_name: constantSignature.name };

/** Finds the answer by the end of the question, which is all that is kept of it. */
type FindAnswer = (end: Buffer) => Buffer | undefined;

/** A library's server, even Node.js's own HTTP/2, would take a large part of the time that is measured. */
export function constantGrpc(): Server {
  const methods = preparedMethods();
  return frameServer((path, end) => methods.get(path.slice(service.length))?.(end));
}

function preparedMethods(): ReadonlyMap<string, FindAnswer> {
  const signatures = packSignatures([{ ...constantSignature, methodName: 'tensorflow/serving/predict' }]);
  const status = toModelStatusMessage([{ version, state: 'AVAILABLE', errorCode: 'OK', errorMessage: '' }]);
  const metadata = { model_spec: spec, metadata: { signature_def: signatures } };
  const metadataAnswer = frame(written('GetModelMetadataResponse', metadata));
  const statusAnswer = frame(written('GetModelStatusResponse', status));
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
  const outputs = new Map([...constantAnswer].filter(([output]) => wanted.includes(output)));
  const signatureName = constantSignature.name;
  return frame(writePredictAnswer({ name, version, signatureName, outputs, form: 'values' }));
}

const written = (type: string, message: object): Buffer =>
  messageType(`tensorflow.serving.${type}`).serialize(message);

const frame = (message: Buffer): Buffer => Buffer.concat(framedMessage([message]));
