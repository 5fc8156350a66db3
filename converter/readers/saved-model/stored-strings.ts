/** Decodes a string tensor as a checkpoint's shard stores it, with both of its checksums. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { WireCursor } from '../../../gateway/protobuf/wire-cursor.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';

const checksumBytes = 4;

export interface StoredStrings {
  readonly elements: readonly Uint8Array[];
  /** Masked CRC-32C as the index should have it. */
  readonly checksum: number;
}

/**
 * Layout: every length as a varint, a masked checksum of the lengths, then all strings.
 *
 * Both checksums run over the lengths as 32-bit words, not over the varints that are stored.
 *
 * @throws MalformedBytes when the lengths do not add up or do not match their checksum.
 */
export function decodeStoredStrings(stored: Uint8Array, count: number): StoredStrings {
  const cursor = new WireCursor(stored, 0);
  const lengths: number[] = [];
  let checksum = 0;
  for (let index = 0; index < count; index += 1) {
    const length = cursor.length();
    lengths.push(length);
    checksum = crc32c(lengthWord(length), checksum);
  }
  const checksumAt = cursor.take(checksumBytes);
  const lengthChecksum = stored.subarray(checksumAt, checksumAt + checksumBytes);
  if (wordAt(lengthChecksum) !== maskedCrc32c(checksum)) {
    throw new MalformedBytes('its string lengths do not match their checksum');
  }
  const elements = lengths.map((length) => {
    const start = cursor.take(length);
    return stored.subarray(start, start + length);
  });
  if (cursor.at !== stored.length) throw new MalformedBytes('it holds more bytes than its strings need');
  const all = crc32c(stored.subarray(checksumAt + checksumBytes), crc32c(lengthChecksum, checksum));
  return { elements, checksum: maskedCrc32c(all) };
}

function lengthWord(length: number): Uint8Array {
  const word = new Uint8Array(4);
  new DataView(word.buffer).setUint32(0, length, true);
  return word;
}

function wordAt(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
