/** Whole HTTP requests as bytes, made once and sent many times. */
import { headLengthHeader } from '../../gateway/wire/open-inference/binary-tensor-extension.ts';
import { constantModel, constantSignature } from './constant-model.ts';

/** Makes the request with one picture; the path is that of the protocol that the form belongs to. */
type WriteRequest = (path: string, picture: Uint8Array) => Buffer;

/**
 * `form`: a form with a file. `body`: the picture as the body itself. `predict`: as clients of TensorFlow Serving send it.
 * `infer-json` and `infer-binary`: as clients of the Open Inference Protocol send it, who ask for the class.
 */
export type RequestForm = 'form' | 'body' | 'predict' | 'infer-json' | 'infer-binary';

export const writeRequest: Readonly<Record<RequestForm, WriteRequest>> = {
  form: pictureRequest,
  body: (path, picture) => post(path, { 'Content-Type': 'image/jpeg' }, [picture]),
  predict: (path, picture) => postJson(path, { instances: [{ b64: base64(picture) }] }),
  'infer-json': (path, picture) => postJson(path, inferHead({ data: [base64(picture)] })),
  'infer-binary': inferBinaryRequest,
};

export function isRequestForm(form: unknown): form is RequestForm {
  return typeof form === 'string' && Object.hasOwn(writeRequest, form);
}

/** The shape in which `curl -F image=@picture.jpg` sends a picture. */
export function pictureRequest(path: string, picture: Uint8Array): Buffer {
  const boundary = '------------------------fovea0123456789';
  const before =
    `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="picture.jpg"\r\n` +
    'Content-Type: image/jpeg\r\n\r\n';
  const type = `multipart/form-data; boundary=${boundary}`;
  return post(path, { 'Content-Type': type }, [
    Buffer.from(before),
    picture,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

export function plainRequest(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'latin1');
}

/** @param body what JSON writes, or its text */
export function postJson(path: string, body: object | string): Buffer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return post(path, { 'Content-Type': 'application/json' }, [Buffer.from(text)]);
}

/** The binary tensor extension: a JSON head, then each string behind its length. */
function inferBinaryRequest(path: string, picture: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(picture.byteLength);
  const parameters = { binary_data_size: length.byteLength + picture.byteLength };
  const head = Buffer.from(JSON.stringify(inferHead({ parameters }, { binary_data: true })));
  const type = { 'Content-Type': 'application/octet-stream', [headLengthHeader]: String(head.byteLength) };
  return post(path, type, [head, length, picture]);
}

function inferHead(content: object, parameters: object = {}): object {
  const [input] = constantSignature.inputs;
  const inputs = [{ name: input?.name, shape: [1], datatype: 'BYTES', ...content }];
  return { inputs, outputs: [{ name: 'classes', parameters }] };
}

/** Where a client of the Open Inference Protocol asks about a picture. */
export const inferPath = `/v2/models/${constantModel.name}/infer`;

function post(path: string, headers: Readonly<Record<string, string>>, body: readonly Uint8Array[]): Buffer {
  const length = body.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const lines = Object.entries({ Host: 'localhost', ...headers, 'Content-Length': String(length) });
  const head = [`POST ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), ...body]);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
