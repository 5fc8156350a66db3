/** Asks one backend over TensorFlow Serving's gRPC services. */
import { Client, credentials } from '@grpc/grpc-js';
import type { Tensor } from '../../domain/tensor.ts';
import { grpcServices } from '../../wire/tensorflow-serving/grpc-services.ts';
import { SpareBuffers } from '../../spare-buffers.ts';
import { MalformedAnswer, readingAnswer } from '../../wire/tensorflow-serving/malformed-answer.ts';
import type {
  GetModelMetadataResponseMessage,
  GetModelStatusResponseMessage,
  ModelSpecMessage,
  PredictResponseMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import { readPredictAnswer } from '../../wire/tensorflow-serving/predict-answer-message.ts';
import { writePredictRequestMessage } from '../../wire/tensorflow-serving/predict-request-message.ts';
import { unpackSignatures } from '../../wire/tensorflow-serving/signature-proto.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';
import { fromModelStatusMessage } from '../../wire/tensorflow-serving/status-proto.ts';
import { fromTensorProto } from '../../wire/tensorflow-serving/tensor-proto.ts';
import { authority, connectMilliseconds, largestAnswerBytes } from './backend-client.ts';
import type { Address, BackendClient, Question, VersionName } from './backend-client.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import type { CallTime } from './deadline.ts';
import { unaryCall } from './unary-call.ts';
import type { UnaryMethod } from './unary-call.ts';

const channelOptions = {
  'grpc.max_receive_message_length': largestAnswerBytes,
  'grpc.max_send_message_length': -1,
  // The backend is a neighbour: what the environment says about the way out to the world does not concern it.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  // What is tried again, and where, the routes decide.
  'grpc.enable_retries': 0,
  // Statistics that nobody can ask for here.
  'grpc.enable_channelz': 0,
  // Whether a backend is asked at all is the circuit's to say; the channel shall not hold back a try much longer.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  // A container that is started again may have another address.
  'grpc.dns_min_time_between_resolutions_ms': 1000,
};

interface Methods {
  readonly predict: UnaryMethod;
  readonly metadata: UnaryMethod;
  readonly status: UnaryMethod;
}

export class GrpcClient implements BackendClient {
  readonly #client: Client;
  readonly #methods: Methods;
  readonly #spare = new SpareBuffers();

  constructor(address: Address) {
    const { predictionService, modelService } = grpcServices();
    const methods = { ...predictionService, ...modelService };
    this.#methods = {
      predict: {
        ...existing(methods['Predict']),
        requestSerialize: alreadySerialized,
        responseDeserialize: readPredictAnswer,
      },
      metadata: existing(methods['GetModelMetadata']),
      status: existing(methods['GetModelStatus']),
    };
    this.#client = new Client(authority(address), credentials.createInsecure(), channelOptions);
  }

  async statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]> {
    const answer: GetModelStatusResponseMessage = await this.#ask(
      this.#methods.status,
      { model_spec: { name } },
      time,
    );
    return understood(() => fromModelStatusMessage(answer));
  }

  async metadata({ name, version }: VersionName, time: CallTime): Promise<ModelMetadata> {
    const request = { model_spec: specOf({ name, version }), metadata_field: ['signature_def'] };
    const answer: GetModelMetadataResponseMessage = await this.#ask(this.#methods.metadata, request, time);
    const signatures = understood(() => unpackSignatures(answer.metadata?.['signature_def']));
    return { name, version, signatures };
  }

  async predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    const { name, version, signature, inputs } = question;
    const request = writePredictRequestMessage(
      { name, version, signatureName: signature.name, inputs, outputs: question.outputs },
      (bytes) => this.#spare.take(bytes),
    );
    const { outputs = {} }: PredictResponseMessage = await this.#ask(this.#methods.predict, request, time);
    // The channel has copied it before any answer came; a call that failed may still wait to be sent.
    this.#spare.give(request);
    return understood(
      () =>
        new Map(
          Object.entries(outputs)
            // What nobody asked for need not be read, whatever it claims to be.
            .filter(([name]) => question.outputs.includes(name))
            .map(([name, message]) => [name, fromTensorProto(message)]),
        ),
    );
  }

  close(): void {
    this.#client.close();
  }

  #ask(method: UnaryMethod, request: object, time: CallTime): Promise<object> {
    return unaryCall({ client: this.#client, method, request, connectMilliseconds }, time);
  }
}

function specOf({ name, version }: VersionName): ModelSpecMessage {
  return { name, version_choice: 'version', version: { value: String(version) } };
}

function alreadySerialized(request: object): Buffer {
  if (Buffer.isBuffer(request)) return request;
  throw new TypeError('a prediction request is written before it is sent');
}

function existing(method: UnaryMethod | undefined): UnaryMethod {
  if (method === undefined) throw new Error('the services lack a method');
  return method;
}

function understood<Answer>(read: () => Answer): Answer {
  try {
    return readingAnswer(read);
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    throw new BackendFault('failed', `not understood: ${quotation(error.message)}`, { cause: error });
  }
}
