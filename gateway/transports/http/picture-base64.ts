/** Decodes the base64 of a picture in a JSON body and refuses what is not base64. */
import { ServingError } from '../../domain/errors.ts';
import { decodeBase64Text } from '../../wire/base64.ts';

const dataUrlPrefix = /^data:[^,]{0,200};base64,/i;

/**
 * Takes both alphabets, line breaks, missing padding and a `data:` URL.
 *
 * @param field the name of the value, for the refusal
 * @throws ServingError `invalid-input`
 */
export function decodePictureBase64(text: string, field: string): Buffer {
  const bytes = decodeBase64Text(text.slice(dataUrlPrefix.exec(text)?.[0].length ?? 0));
  if (bytes === undefined) {
    throw new ServingError('invalid-input', `The value of "${field}" is not valid base64.`);
  }
  return bytes;
}
