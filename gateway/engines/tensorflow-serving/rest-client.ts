/** Asks one backend over TensorFlow Serving's REST API. */
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { CallTime } from '../../deadline.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { Answer } from '../../http1/answer-reader.ts';
import { MalformedAnswer } from '../../wire/tensorflow-serving/malformed-answer.ts';
import { readModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import { planPredictRequest } from '../../wire/tensorflow-serving/predict-request-json.ts';
import { readPredictResponse } from '../../wire/tensorflow-serving/predict-response-json.ts';
import { readModelStatus } from '../../wire/tensorflow-serving/status-json.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';
import { connectMilliseconds, largestAnswerBytes } from './backend-client.ts';
import type { Address, BackendClient, Question, VersionName } from './backend-client.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import { RestConnections } from './rest-connections.ts';
import { faultOfStatus } from './rest-fault.ts';

const models = '/v1/models/';

export class RestClient implements BackendClient {
  readonly #connections: RestConnections;
  /** For the rare questions, which go over the connections of the many. */
  readonly #about: AxiosInstance;

  constructor(address: Address) {
    this.#connections = new RestConnections({ address, connectMilliseconds, largestAnswerBytes });
    this.#about = axios.create({ baseURL: models, validateStatus: null });
  }

  async statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]> {
    const answer = await this.#askAbout(encodeURIComponent(name), time);
    return understood(isStatesThoughNoneAnswers(answer) ? answer.body : bodyOf(answer), readModelStatus);
  }

  async metadata(version: VersionName, time: CallTime): Promise<ModelMetadata> {
    const answer = await this.#askAbout(`${pathOf(version)}/metadata`, time);
    return understood(bodyOf(answer), readModelMetadata);
  }

  async predict(question: Question, { signal }: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    const { signature, inputs, outputs } = question;
    const body = planPredictRequest(signature.name, inputs);
    const path = `${models}${pathOf(question)}:predict`;
    const text = bodyOf(await this.#connections.ask({ path, body }, signal));
    return understood(text, () => readPredictResponse(text, signature.outputs, outputs));
  }

  close(): void {
    this.#connections.close();
  }

  async #askAbout(path: string, { signal }: CallTime): Promise<Answer> {
    const { data } = await this.#about.get<Answer>(path, {
      adapter: async (config) => {
        const answer = await this.#connections.ask({ path: axios.getUri(config) }, signal);
        return { data: answer, status: answer.status, statusText: '', headers: {}, config };
      },
    });
    return data;
  }
}

/** A Fovea in the place of TensorFlow Serving says by 503 that no version can answer now, and in the body why. */
function isStatesThoughNoneAnswers({ status, body }: Answer): boolean {
  return status === 503 && /^\s*\{\s*"model_version_status"/.test(body.toString('latin1', 0, 100));
}

/** @throws BackendFault unless the status is 200 */
function bodyOf({ status, body }: Answer): Buffer {
  if (status === 200) return body;
  throw faultOfStatus(status, body);
}

function pathOf({ name, version }: VersionName): string {
  return `${encodeURIComponent(name)}/versions/${version}`;
}

function understood<Meaning>(body: Buffer, read: (body: Buffer) => Meaning): Meaning {
  try {
    return read(body);
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    throw new BackendFault('failed', `not understood: ${quotation(error.message)}`, { cause: error });
  }
}
