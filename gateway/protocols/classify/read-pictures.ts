/** Takes the pictures out of a request body. */
import type { EncodedPicture } from '../../domain/image.ts';
import { ServingError } from '../../domain/errors.ts';
import type { RequestBody } from '../../transports/http/body.ts';
import type { FormPart } from '../../transports/http/multipart.ts';
import { decodeBase64 } from './decode-base64.ts';

export interface SentPictures {
  readonly pictures: readonly EncodedPicture[];
  /** Whether the client sent a list, so that a list is what it gets. */
  readonly isList: boolean;
}

const FIELD = 'image';
const WITH_CURL = `With curl: -F ${FIELD}=@cat.jpg`;

/**
 * @throws ServingError `invalid-input` saying which field was expected and what came instead, or
 * `unsupported-media-type`
 */
export function readPictures(body: RequestBody): SentPictures {
  switch (body.kind) {
    case 'picture':
      return { pictures: [{ bytes: body.bytes, isDisposable: true }], isList: false };
    case 'form':
      return fromForm(body.parts);
    case 'json':
      return fromJson(body.value);
    case 'other':
      throw body.type === null ? untyped() : unsupportedType();
  }
}

/** A request without a body has no type either, and is the first thing that people try. */
function untyped(): ServingError {
  return invalid(
    `The picture is expected in a file field named "${FIELD}"; the request has no Content-Type. ${WITH_CURL}`,
  );
}

function unsupportedType(): ServingError {
  return new ServingError(
    'unsupported-media-type',
    `The Content-Type of the request is not multipart/form-data, image/jpeg or application/json. ${WITH_CURL}`,
  );
}

function fromForm(parts: readonly FormPart[]): SentPictures {
  const images = parts.filter((part) => part.name === FIELD);
  const strangers = parts.filter((part) => part.name !== FIELD && (images.length === 0 || isFile(part)));
  if (images.length === 0 || strangers.length > 0) {
    const came = strangers.length === 0 ? 'the form is empty' : `what came is ${quoted(strangers)}`;
    throw invalid(`The picture is expected in a file field named "${FIELD}"; ${came}.`);
  }
  if (!images.every(isFile)) {
    throw invalid(`The field "${FIELD}" came as text, not as a file. ${WITH_CURL}`);
  }
  // Several lie in one buffer, which can be given away only once.
  const isDisposable = images.length === 1;
  const pictures = images.map(({ bytes, fileName }) => ({
    bytes,
    isDisposable,
    ...(fileName ? { name: fileName } : {}),
  }));
  return { pictures, isList: pictures.length > 1 };
}

/** Some clients send a file without its name but with its type. */
function isFile({ fileName, contentType }: FormPart): boolean {
  return fileName !== undefined || (contentType !== undefined && !contentType.startsWith('text/'));
}

function fromJson(value: unknown): SentPictures {
  const image = typeof value === 'object' && value !== null && FIELD in value ? value[FIELD] : undefined;
  if (typeof image === 'string') {
    return { pictures: [{ bytes: decodeBase64(image), isDisposable: true }], isList: false };
  }
  if (Array.isArray(image) && image.every((one) => typeof one === 'string')) {
    const total = image.length;
    return { pictures: image.map((one, row) => ({ bytes: decodeOneOf(one, row, total) })), isList: true };
  }
  throw invalid(`The JSON body must be {"${FIELD}": "<base64>"} or {"${FIELD}": ["<base64>", …]}.`);
}

/** Says which one of several it was, as the data plane does for pictures it cannot read. */
function decodeOneOf(text: string, row: number, total: number): Buffer {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (!(error instanceof ServingError) || total < 2) throw error;
    throw new ServingError(error.kind, `picture ${row + 1} of ${total}: ${error.message}`, {
      cause: error,
      row,
    });
  }
}

function quoted(parts: readonly FormPart[]): string {
  const names = [...new Set(parts.map((part) => part.name.slice(0, 50)))].slice(0, 5);
  return names.map((name) => JSON.stringify(name)).join(', ');
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
