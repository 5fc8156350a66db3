/** Asks one backend over TensorFlow Serving's REST API. */
import axios, { AxiosHeaders } from 'axios';
import type { AxiosResponse } from 'axios';
import { ClientRequest, IncomingMessage } from 'node:http';
import type { Tensor } from '../../domain/tensor.ts';
import { SpareBuffers } from '../../spare-buffers.ts';
import { MalformedAnswer } from '../../wire/tensorflow-serving/malformed-answer.ts';
import { readModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import { writePredictRequest } from '../../wire/tensorflow-serving/predict-request-json.ts';
import { readPredictResponse } from '../../wire/tensorflow-serving/predict-response-json.ts';
import { readModelStatus } from '../../wire/tensorflow-serving/status-json.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';
import { authority, connectMilliseconds, largestAnswerBytes } from './backend-client.ts';
import type { Address, BackendClient, Question, VersionName } from './backend-client.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import { ConnectingAgent } from './connecting-agent.ts';
import type { CallTime } from './deadline.ts';
import { readBody } from './read-body.ts';
import { faultOfSocket, faultOfStatus } from './rest-fault.ts';

/** Asked without what axios does before: it merges defaults and builds headers anew for every request. */
const send = axios.getAdapter('http');

const headers = { 'Accept-Encoding': 'identity' };

export class RestClient implements BackendClient {
  readonly #agent = new ConnectingAgent(connectMilliseconds);
  readonly #models: string;
  readonly #spare = new SpareBuffers();

  constructor(address: Address) {
    this.#models = `http://${authority(address)}/v1/models/`;
  }

  async statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]> {
    return understood(await this.#ask({ path: encodeURIComponent(name) }, time), readModelStatus);
  }

  async metadata(version: VersionName, time: CallTime): Promise<ModelMetadata> {
    return understood(await this.#ask({ path: `${pathOf(version)}/metadata` }, time), readModelMetadata);
  }

  async predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    const { signature, inputs } = question;
    const body = writePredictRequest(signature.name, inputs, (bytes) => this.#spare.take(bytes));
    const answer = await this.#ask({ path: `${pathOf(question)}:predict`, body }, time);
    return understood(answer, (text) => readPredictResponse(text, signature.outputs));
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @returns the body of an answer with status 200 */
  async #ask({ path, body }: { path: string; body?: Buffer }, { signal }: CallTime): Promise<Buffer> {
    try {
      const response: AxiosResponse<unknown> = await send({
        url: this.#models + path,
        method: body === undefined ? 'GET' : 'POST',
        data: body,
        headers: new AxiosHeaders(
          body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        ),
        signal,
        httpAgent: this.#agent,
        // The backend is a neighbour: what the environment says about the way out to the world does not concern it.
        proxy: false,
        maxRedirects: 0,
        maxBodyLength: Infinity,
        validateStatus: null,
        responseType: 'stream',
        decompress: false,
      });
      const { status, data } = response;
      if (!(data instanceof IncomingMessage)) throw new Error('the answer is not a stream of bytes');
      const answer = await readBody(data, largestAnswerBytes);
      // A backend may answer before it has read everything, and what still waits to be sent must stay as it is.
      const request: unknown = response.request;
      const isSent = request instanceof ClientRequest && request.writableFinished;
      if (body !== undefined && isSent) this.#spare.give(body);
      if (status !== 200) throw faultOfStatus(status, answer);
      return answer;
    } catch (error) {
      if (signal.aborted) throw new BackendFault('aborted', 'the call was given up', { cause: error });
      if (error instanceof BackendFault) throw error;
      if (axios.isAxiosError(error)) throw faultOfSocket(plain(error), error.code, error.request);
      throw new BackendFault('failed', 'the call could not be made', { cause: error });
    }
  }
}

/** Without the request and its body, which have no place in a log. */
function plain({ message, cause }: Error): Error {
  return new Error(message, { cause });
}

function pathOf({ name, version }: VersionName): string {
  return `${encodeURIComponent(name)}/versions/${version}`;
}

function understood<Answer>(body: Buffer, read: (body: Buffer) => Answer): Answer {
  try {
    return read(body);
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    throw new BackendFault('failed', `not understood: ${quotation(error.message)}`, { cause: error });
  }
}
