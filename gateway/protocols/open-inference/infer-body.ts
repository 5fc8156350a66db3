/** Reads the body of an inference over REST in each of its forms. */
import { ServingError } from '../../domain/errors.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { TensorInference } from '../../inference/tensor-inference.ts';
import type { HttpContext } from '../../transports/http/application.ts';
import { headLengthHeader, readHeadLength } from '../../wire/open-inference/binary-tensor-extension.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import type { InferBodyParser } from './infer-body-parser.ts';
import { rawRequest } from './raw-request.ts';

export interface InferBodyOptions {
  readonly inference: TensorInference;
  readonly parser: InferBodyParser;
  /** For JSON, which writes a tensor with several times its bytes. */
  readonly readText: (context: HttpContext) => Promise<Buffer>;
  /** For tensors and pictures as they are. */
  readonly readBytes: (context: HttpContext) => Promise<Buffer>;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

type BodyForm = 'json' | 'bytes' | 'picture';

/** What clients send JSON as: curl calls it a form unless told otherwise, and some say nothing. */
const jsonTypes = /^(application\/(?:[\w.+-]+\+)?json|application\/x-www-form-urlencoded|)$/;
const openingBrace = 0x7b;

/** @throws ServingError `unsupported-media-type`, `invalid-input`, and those of the readers */
export async function readInferBody(
  context: HttpContext,
  model: ServedModel,
  options: InferBodyOptions,
): Promise<InferRequest> {
  const { inference, parser, readText, readBytes, signal } = options;
  const form = bodyForm(context.get('Content-Type'));
  if (context.req.headers[headLengthHeader.toLowerCase()] !== undefined) {
    const headLength = readHeadLength(context.get(headLengthHeader));
    const bytes = await readBytes(context);
    if (headLength > 0) return parser.parse({ bytes, headLength }, signal);
    return rawRequest(inference, model, { body: bytes, isPicture: form === 'picture' });
  }
  if (form === 'json') return parser.parse({ bytes: await readText(context) }, signal);
  const body = await readBytes(context);
  if (form === 'bytes' && body[0] === openingBrace) return parser.parse({ bytes: body }, signal);
  return rawRequest(inference, model, { body, isPicture: form === 'picture' });
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
