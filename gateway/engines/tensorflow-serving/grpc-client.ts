/** Asks one backend over TensorFlow Serving's gRPC services. */
import type { CallTime } from '../../deadline.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { messageType } from '../../wire/tensorflow-serving/grpc-services.ts';
import type { MessageCodec } from '../../wire/tensorflow-serving/grpc-services.ts';
import type {
  GetModelMetadataRequestMessage,
  GetModelMetadataResponseMessage,
  GetModelStatusRequestMessage,
  GetModelStatusResponseMessage,
  ModelSpecMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import { readPredictAnswer } from '../../wire/tensorflow-serving/predict-answer-message.ts';
import { writePredictRequestMessage } from '../../wire/tensorflow-serving/predict-request-message.ts';
import { unpackSignatures } from '../../wire/tensorflow-serving/signature-proto.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';
import { fromModelStatusMessage } from '../../wire/tensorflow-serving/status-proto.ts';
import { connectMilliseconds } from './backend-client.ts';
import type { Address, BackendClient, Question, VersionName } from './backend-client.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import { Http2Connection } from './http2-connection.ts';
import { UnaryCalls } from './unary-calls.ts';
import type { UnaryQuestion } from './unary-question.ts';

const predictPath = '/tensorflow.serving.PredictionService/Predict';
const metadataPath = '/tensorflow.serving.PredictionService/GetModelMetadata';
const statusPath = '/tensorflow.serving.ModelService/GetModelStatus';

export class GrpcClient implements BackendClient {
  readonly #connection: Http2Connection;
  readonly #calls: UnaryCalls;

  constructor(address: Address) {
    this.#connection = new Http2Connection({ address, connectMilliseconds });
    this.#calls = new UnaryCalls(this.#connection);
  }

  statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]> {
    const request = codecOf<GetModelStatusRequestMessage>('GetModelStatusRequest');
    const response = codecOf<GetModelStatusResponseMessage>('GetModelStatusResponse');
    const message = [request.serialize({ model_spec: { name } })];
    return this.#ask({ path: statusPath, message }, time, (answer) =>
      fromModelStatusMessage(response.deserialize(answer)),
    );
  }

  metadata({ name, version }: VersionName, time: CallTime): Promise<ModelMetadata> {
    const request = codecOf<GetModelMetadataRequestMessage>('GetModelMetadataRequest');
    const response = codecOf<GetModelMetadataResponseMessage>('GetModelMetadataResponse');
    const question = { model_spec: specOf({ name, version }), metadata_field: ['signature_def'] };
    const message = [request.serialize(question)];
    return this.#ask({ path: metadataPath, message }, time, (answer) => {
      const { metadata } = response.deserialize(answer);
      return { name, version, signatures: unpackSignatures(metadata?.['signature_def']) };
    });
  }

  predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    const { name, version, signature, inputs, outputs } = question;
    const parts = { name, version, signatureName: signature.name, inputs, outputs };
    const message = writePredictRequestMessage(parts);
    return this.#ask({ path: predictPath, message }, time, (answer) => readPredictAnswer(answer, outputs));
  }

  close(): void {
    this.#connection.close();
  }

  #ask<Answer>(question: UnaryQuestion, time: CallTime, read: (message: Buffer) => Answer): Promise<Answer> {
    return this.#calls.ask(question, time, (message) => understood(() => read(message)));
  }
}

const codecOf = <Message extends object>(name: string): MessageCodec<Message> =>
  messageType<Message>(`tensorflow.serving.${name}`);

function specOf({ name, version }: VersionName): ModelSpecMessage {
  return { name, version_choice: 'version', version: { value: String(version) } };
}

/** Whatever is thrown over the bytes of a backend, they are at fault. */
function understood<Answer>(read: () => Answer): Answer {
  try {
    return read();
  } catch (error) {
    const words = error instanceof Error ? error.message : 'unreadable';
    throw new BackendFault('failed', `not understood: ${quotation(words)}`, { cause: error });
  }
}
