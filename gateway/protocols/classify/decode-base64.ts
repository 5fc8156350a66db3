/** Decodes the base64 of a picture and refuses what is not base64. */
import { ServingError } from '../../domain/errors.ts';

const dataUrlPrefix = /^data:[^,]{0,200};base64,/i;

/**
 * Takes both alphabets, line breaks, missing padding and a `data:` URL.
 *
 * @throws ServingError `invalid-input`
 */
export function decodeBase64(text: string): Buffer {
  const encoded = text.slice(dataUrlPrefix.exec(text)?.[0].length ?? 0);
  const characters = /\s/.test(encoded) ? encoded.replace(/\s+/g, '') : encoded;
  const bytes = Buffer.from(characters, 'base64');
  const significant = characters.length - paddingLength(characters);
  // Buffer skips what is not base64, so a text that held any yields fewer bytes than its length promises.
  if (significant % 4 === 1 || bytes.byteLength !== Math.floor((significant * 3) / 4)) {
    throw new ServingError('invalid-input', 'The value of "image" is not valid base64.');
  }
  return bytes;
}

function paddingLength(characters: string): number {
  if (characters.endsWith('==')) return 2;
  return characters.endsWith('=') ? 1 : 0;
}
