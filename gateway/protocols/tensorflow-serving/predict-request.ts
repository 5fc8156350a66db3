/** Reads a request to predict, unless it holds too much. */
import { readMessage } from '../../transports/grpc/read-message.ts';
import {
  readPredictRequestMessage,
  type ReceivedPredictRequest,
} from '../../wire/tensorflow-serving/predict-request-message.ts';
import { predictionMethod } from './prediction-method.ts';

/** Whether reading it would hold everybody up in the thread that answers them. */
export function takesLongToRead(bytes: Uint8Array): boolean {
  return predictionMethod('Predict').takesLong(bytes, 'own');
}

/** @throws ServingError `too-large` for more values than can be read at once, `invalid-input` for no such message */
export function openPredictRequest(bytes: Uint8Array): ReceivedPredictRequest {
  return readMessage((message) => {
    predictionMethod('Predict').requireBearable(message, 'own');
    return readPredictRequestMessage(message);
  }, bytes);
}
