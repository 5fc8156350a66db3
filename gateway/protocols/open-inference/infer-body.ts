/** Reads the body of an inference over REST in each of its forms. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { TensorInference } from '../../inference/tensor-inference.ts';
import type { HttpContext } from '../../transports/http/application.ts';
import type { UnpackedBody } from '../../transports/http/unpacked-body.ts';
import { headLengthHeader, readHeadLength } from '../../wire/open-inference/binary-tensor-extension.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import type { InferBodyParser } from './infer-body-parser.ts';
import { rawRequest } from './raw-request.ts';

export interface InferBodyOptions {
  readonly inference: TensorInference;
  readonly parser: InferBodyParser;
  /** For JSON, which writes a tensor with several times its bytes. */
  readonly readText: (context: HttpContext) => Promise<UnpackedBody>;
  /** For tensors and pictures as they are. */
  readonly readBytes: (context: HttpContext) => Promise<UnpackedBody>;
  /** Aborted when the client has left. */
  readonly signal: CallerSignal;
}

export interface SentInference extends Pick<UnpackedBody, 'giveBack'> {
  /** Its tensors may be views of the body. */
  readonly request: InferRequest;
}

type BodyForm = 'json' | 'bytes' | 'picture';

/** What clients send JSON as: curl calls it a form unless told otherwise, and some say nothing. */
const jsonTypes = /^(application\/(?:[\w.+-]+\+)?json|application\/x-www-form-urlencoded|)$/;
const openingBrace = 0x7b;
const lowerCaseHeader = headLengthHeader.toLowerCase();

/** @throws ServingError `unsupported-media-type`, `invalid-input`, and those of the readers */
export async function readInferBody(
  context: HttpContext,
  model: ServedModel,
  options: InferBodyOptions,
): Promise<SentInference> {
  const { inference, parser, readText, readBytes, signal } = options;
  const form = bodyForm(context.get('Content-Type'));
  const saidLength = context.req.headers[lowerCaseHeader];
  const headLength = saidLength === undefined ? undefined : readHeadLength(context.get(headLengthHeader));
  const read = form === 'json' && headLength === undefined ? readText : readBytes;
  const { bytes, giveBack } = await read(context);
  const isJson =
    headLength === undefined && (form === 'json' || (form === 'bytes' && bytes[0] === openingBrace));
  const request =
    isJson || (headLength ?? 0) > 0
      ? await parser.parse({ bytes, headLength }, signal)
      : rawRequest(inference, model, { body: bytes, isPicture: form === 'picture' });
  return { request, giveBack };
}

/** @throws ServingError `unsupported-media-type` */
function bodyForm(contentType: string): BodyForm {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (jsonTypes.test(type)) return 'json';
  if (type === 'application/octet-stream') return 'bytes';
  if (type.startsWith('image/')) return 'picture';
  throw new ServingError(
    'unsupported-media-type',
    'The Content-Type of the request is not application/json, application/octet-stream or that of a picture.',
  );
}
