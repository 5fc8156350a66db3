/** Takes the pictures out of a request body. */
import type { EncodedPicture } from '../../domain/image.ts';
import { ServingError } from '../../domain/errors.ts';
import { conforms } from '../../wire/openapi/conforms.ts';
import type { RequestBody } from './body.ts';
import type { FormPart } from './multipart.ts';
import { decodePictureBase64 } from './picture-base64.ts';
import { pictureSchema, type PictureFields } from './picture-body.ts';

export interface SentPictures {
  readonly pictures: readonly EncodedPicture[];
  /** Whether the client sent a list, so that a list is what it gets. */
  readonly isList: boolean;
}

/**
 * @throws ServingError `invalid-input` saying which field was expected and what came instead, or
 * `unsupported-media-type`
 */
export function readPictures(body: RequestBody, fields: PictureFields): SentPictures {
  switch (body.kind) {
    case 'picture':
      return { pictures: [{ bytes: body.bytes, isDisposable: true }], isList: false };
    case 'form':
      return fromForm(body.parts, fields);
    case 'json':
      return fromJson(body.value, fields);
    case 'other':
      throw body.type === null ? untyped(fields) : unsupportedType(fields);
  }
}

const withCurl = ([field]: PictureFields): string => `With curl: -F ${field}=@cat.jpg`;

/** A request without a body has no type either, and is the first thing that people try. */
function untyped(fields: PictureFields): ServingError {
  return invalid(
    `The picture is expected in a file field named "${fields[0]}"; the request has no Content-Type. ${withCurl(fields)}`,
  );
}

function unsupportedType(fields: PictureFields): ServingError {
  return new ServingError(
    'unsupported-media-type',
    `The Content-Type of the request is not multipart/form-data, image/jpeg or application/json. ${withCurl(fields)}`,
  );
}

function fromForm(parts: readonly FormPart[], fields: PictureFields): SentPictures {
  const images = parts.filter((part) => fields.includes(part.name));
  const strangers = parts.filter(
    (part) => !fields.includes(part.name) && (images.length === 0 || isFile(part)),
  );
  if (images.length === 0 || strangers.length > 0) {
    const came = strangers.length === 0 ? 'the form is empty' : `what came is ${quoted(strangers)}`;
    throw invalid(`The picture is expected in a file field named "${fields[0]}"; ${came}.`);
  }
  const text = images.find((part) => !isFile(part));
  if (text !== undefined) {
    throw invalid(`The field "${text.name}" came as text, not as a file. ${withCurl(fields)}`);
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

function fromJson(value: unknown, fields: PictureFields): SentPictures {
  const body = typeof value === 'object' && value !== null ? value : {};
  const name = fields.find((field) => Object.hasOwn(body, field)) ?? fields[0];
  const image: unknown = conforms(pictureSchema(fields), value) ? Reflect.get(body, name) : undefined;
  if (typeof image === 'string') {
    return {
      pictures: [{ bytes: decodePictureBase64(image, name), isDisposable: true }],
      isList: false,
    };
  }
  if (Array.isArray(image) && image.every((one) => typeof one === 'string')) {
    const total = image.length;
    return {
      pictures: image.map((one, row) => ({ bytes: decodeOneOf(one, name, { row, total }) })),
      isList: true,
    };
  }
  throw invalid(`The JSON body must be {"${name}": "<base64>"} or {"${name}": ["<base64>", …]}.`);
}

/** Says which one of several it was, as the data plane does for pictures it cannot read. */
function decodeOneOf(
  text: string,
  field: string,
  { row, total }: { readonly row: number; readonly total: number },
): Buffer {
  try {
    return decodePictureBase64(text, field);
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
