/** Base64 texts to bytes, refusing what is not base64, and bytes to base64. */
import { encoderOfGroups, groupBytes } from './base64-kernel.ts';

/**
 * Takes both alphabets, white space anywhere, and missing padding.
 *
 * @returns `undefined` when the text holds anything else
 */
export function decodeBase64Text(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  const characters = text.length - paddingLength(text);
  // Most texts hold no white space, which shows in the number of bytes; only the others are looked through.
  if (yields(characters, bytes.byteLength)) return bytes;
  return yields(characters - whiteSpaceIn(text), bytes.byteLength) ? bytes : undefined;
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

/** Characters that become a string at a time, a multiple of four; V8 gives longer ones pages of their own. */
const stepCharacters = 32 * 1024;
const paddingCharacter = 0x3d;

/**
 * Takes both alphabets and missing padding, and reads bytes, of which no long string is made.
 *
 * @param characters the bytes of an ASCII text
 * @returns `undefined` when it holds anything but base64, white space too
 */
export function decodeBase64Characters(characters: Buffer): Buffer | undefined {
  let count = characters.byteLength;
  while (characters[count - 1] === paddingCharacter && characters.byteLength - count < 2) count -= 1;
  const isWhole = count === characters.byteLength || characters.byteLength % 4 === 0;
  if (count % 4 === 1 || !isWhole) return undefined;
  const bytes = Buffer.allocUnsafeSlow(Math.floor((count * 3) / 4));
  let at = 0;
  for (let start = 0; start < count; start += stepCharacters) {
    const end = Math.min(start + stepCharacters, count);
    at += bytes.write(characters.toString('latin1', start, end), at, 'base64');
    // Buffer skips what is not base64.
    if (at !== Math.floor((end * 3) / 4)) return undefined;
  }
  return bytes;
}

function paddingLength(text: string): number {
  const end = text.slice(-80).replace(/\s/g, '');
  if (end.endsWith('==')) return 2;
  return end.endsWith('=') ? 1 : 0;
}

/** Characters that so many bytes are, with their padding. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** Fewer become a string sooner than they are copied. */
const leastForKernel = 3 * 1024;
/** A multiple of three; larger texts get pages of their own from V8, which costs several times what encoding them does. */
const stepBytes = 24 * 1024;

const encodeGroups = encoderOfGroups();

/**
 * Strings on the way would be most of the garbage that a request to a second tier makes.
 *
 * @returns the offset after what was written; the target must have room for `base64Length` characters
 */
export function writeBase64(bytes: Uint8Array, target: Buffer, offset: number): number {
  const isLong = bytes.length >= leastForKernel;
  const whole = isLong && encodeGroups !== undefined ? bytes.length - (bytes.length % groupBytes) : 0;
  let at = encodeGroups?.(bytes.subarray(0, whole), target, offset) ?? offset;
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + whole, bytes.byteLength - whole);
  for (let start = 0; start < rest.length; start += stepBytes) {
    at += target.write(rest.toString('base64', start, start + stepBytes), at, 'latin1');
  }
  return at;
}
