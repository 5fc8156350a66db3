/** TensorFlow Serving's REST API with answers that were made beforehand. */
import type { RequestListener, ServerResponse } from 'node:http';
import { writeModelMetadata } from '../../gateway/wire/tensorflow-serving/metadata-json.ts';
import { writePredictResponse } from '../../gateway/wire/tensorflow-serving/predict-response-json.ts';
import { writeModelStatus } from '../../gateway/wire/tensorflow-serving/status-json.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';

const { name, version } = constantModel;
const ownPath = `/v1/models/${name}`;

/** Where a prediction is asked for. */
export const predictPath = `${ownPath}/versions/${version}:predict`;

/** Every body is read to its end and looked at by nobody. */
export function constantRest(): RequestListener {
  const answers = new Map<string, Buffer>([
    [ownPath, json(writeModelStatus([{ version, state: 'AVAILABLE', errorCode: 'OK', errorMessage: '' }]))],
    [
      `${ownPath}/versions/${version}/metadata`,
      json(
        writeModelMetadata({
          name,
          version,
          signatures: [{ ...constantSignature, methodName: 'tensorflow/serving/predict' }],
        }),
      ),
    ],
    [predictPath, json(JSON.parse(writePredictResponse(constantAnswer, 'row')))],
  ]);
  const unknown = json({ error: 'Servable not found' });
  return (request, response) => {
    request.resume().once('end', () => {
      const answer = answers.get(request.url ?? '');
      send(response, answer === undefined ? 404 : 200, answer ?? unknown);
    });
  };
}

/** As TensorFlow Serving writes it: objects are indented, and a list of numbers stands on one line. */
function json(value: unknown): Buffer {
  const numberLists = /\[\s*([^[\]{}"]*?)\s*\]/g;
  const text = JSON.stringify(value, null, 4).replace(
    numberLists,
    (_, numbers: string) => `[${numbers.replace(/\s*\n\s*/g, ' ')}]`,
  );
  return Buffer.from(text);
}

function send(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
}
