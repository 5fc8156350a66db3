/** The REST API of the stand-in, written from TensorFlow Serving's documentation and not from the code under test. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { servedSignatures, servingModel, type ServedRow } from './serving-model.ts';
import { Refusal, type ServingState } from './serving-state.ts';

const statuses = { INVALID_ARGUMENT: 400, NOT_FOUND: 404, UNAVAILABLE: 503 };

export function servingRest(state: ServingState): RequestListener {
  return (request, response) => {
    void answer(state, request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      const status = error instanceof Refusal ? statuses[error.code] : 500;
      send(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  };
}

async function answer(
  state: ServingState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const path = /^\/v1\/models\/(?<name>[^/:]+)(?:\/versions\/(?<version>\d+))?(?<rest>\/metadata|:predict)?$/;
  const { name = '', version, rest } = path.exec(request.url ?? '')?.groups ?? {};
  const number = Number(version ?? servingModel.version);
  if (rest === undefined) {
    state.countStatusQuestion(name);
    send(response, state.httpStatusOfStates, { model_version_status: state.versions.map(statusOf) });
    return;
  }
  state.requireVersion(name, number);
  if (rest === '/metadata') {
    send(response, 200, metadata(state));
    return;
  }
  response.once('close', () => {
    if (!response.writableFinished) state.countAbandoned();
  });
  if (state.misbehave !== undefined) {
    state.misbehave(response);
    return;
  }
  await predict(state, Buffer.concat(chunks).toString(), response);
}

async function predict(state: ServingState, text: string, response: ServerResponse): Promise<void> {
  const body: unknown = JSON.parse(text);
  const wanted = field(body, 'signature_name');
  const signature = typeof wanted === 'string' ? wanted : 'serving_default';
  const instances = field(body, 'instances');
  const [inputName = ''] = Object.keys(servedSignatures[signature]?.inputs ?? {});
  const columns = field(body, 'inputs');
  const values = instances ?? field(columns, inputName) ?? columns;
  if (!Array.isArray(values)) throw new Refusal('INVALID_ARGUMENT', "Missing 'inputs' or 'instances' key");
  const rows = await state.answer({ protocol: 'rest', signature, rows: values.map(bytesOf) });
  if (response.destroyed) return;
  const answers = rows.map(({ classIndex, scores }: ServedRow) => ({ classes: classIndex, scores }));
  const columnsOf = {
    classes: answers.map(({ classes }) => classes),
    scores: answers.map(({ scores }) => scores),
  };
  send(response, 200, instances === undefined ? { outputs: columnsOf } : { predictions: answers });
}

/** The bytes of a string, or of the numbers of a row. */
function bytesOf(value: unknown): Uint8Array {
  const text = field(value, 'b64');
  if (typeof text === 'string') return Buffer.from(text, 'base64');
  const numbers = [value].flat(Infinity);
  return new Uint8Array(Float32Array.from(numbers, Number).buffer);
}

function statusOf({ version, state }: { version: number; state: string }): object {
  return { version: String(version), state, status: { error_code: 'OK', error_message: '' } };
}

function metadata(state: ServingState): object {
  const fields = (
    of: Readonly<Record<string, { dtype: string; sizes: readonly number[] }>>,
    openRanks: readonly string[] = [],
  ): object =>
    Object.fromEntries(
      Object.entries(of).map(([name, { dtype, sizes }]) => {
        const isOpen = openRanks.includes(name);
        const dim = isOpen ? [] : sizes.map((size) => ({ size: String(size), name: '' }));
        return [name, { dtype, tensor_shape: { dim, unknown_rank: isOpen }, name: `${name}:0` }];
      }),
    );
  const signatures = state.shownSignatures().map(([name, { inputs, outputs }]) => [
    name,
    {
      inputs: fields(inputs),
      outputs: fields(outputs, state.openRanks),
      method_name: 'tensorflow/serving/predict',
      defaults: {},
    },
  ]);
  return {
    model_spec: { name: servingModel.name, signature_name: '', version: String(servingModel.version) },
    metadata: { signature_def: { signature_def: Object.fromEntries(signatures) as object } },
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body, null, 4);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
