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
  const bytes = Buffer.from(encoded, 'base64');
  const characters = encoded.length - paddingLength(encoded);
  // Most texts hold no white space, which shows in the number of bytes; only the others are looked through.
  if (yields(characters, bytes.byteLength)) return bytes;
  if (yields(characters - whiteSpaceIn(encoded), bytes.byteLength)) return bytes;
  throw new ServingError('invalid-input', 'The value of "image" is not valid base64.');
}

/** Buffer skips what is not base64, so a text that holds any yields fewer bytes than its length promises. */
function yields(characters: number, bytes: number): boolean {
  return characters % 4 !== 1 && bytes === Math.floor((characters * 3) / 4);
}

/** Counted and not cut out: a new text without the white space of 27 MB takes a second to make. */
function whiteSpaceIn(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) count += 1;
  }
  return count;
}

function paddingLength(text: string): number {
  const end = text.trimEnd().slice(-8).replace(/\s/g, '');
  if (end.endsWith('==')) return 2;
  return end.endsWith('=') ? 1 : 0;
}
