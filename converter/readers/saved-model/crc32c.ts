/** The checksum of TensorFlow's tables and tensors: CRC-32C (Castagnoli, RFC 3720), plain and masked. */

const reversedPolynomial = 0x82f63b78;
const maskDelta = 0xa282ead8;

/** Eight tables of 256: `tables[k * 256 + b]` advances byte `b` over k further zero bytes ("slicing by eight"). */
const tables = buildTables();

/**
 * @param previous the checksum of the bytes before these, to go on from.
 * @returns an unsigned 32-bit number.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const state = ~previous;
  const misaligned = bytes.byteOffset % 4;
  const head = Math.min(misaligned === 0 ? 0 : 4 - misaligned, bytes.length);
  const wordCount = Math.floor((bytes.length - head) / 8) * 2;
  const words = wordCount === 0 ? noWords : new Int32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
  const afterHead = advanceBytes(state, bytes.subarray(0, head));
  const afterWords = advanceWords(afterHead, words);
  return ~advanceBytes(afterWords, bytes.subarray(head + wordCount * 4)) >>> 0;
}

/** The form in which checksums are stored, so that a checksum over data holding checksums stays strong. */
export function maskedCrc32c(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + maskDelta) >>> 0;
}

const noWords = new Int32Array(0);

function advanceBytes(state: number, bytes: Uint8Array): number {
  let crc = state;
  for (const byte of bytes) crc = (tables[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc;
}

/** Two little-endian words a round; every processor Node.js runs on in practice is little-endian. */
function advanceWords(state: number, words: Int32Array): number {
  const table = tables;
  let crc = state;
  for (let at = 0; at < words.length; at += 2) {
    const first = crc ^ (words[at] ?? 0);
    const second = words[at + 1] ?? 0;
    crc =
      (table[1792 + (first & 0xff)] ?? 0) ^
      (table[1536 + ((first >>> 8) & 0xff)] ?? 0) ^
      (table[1280 + ((first >>> 16) & 0xff)] ?? 0) ^
      (table[1024 + (first >>> 24)] ?? 0) ^
      (table[768 + (second & 0xff)] ?? 0) ^
      (table[512 + ((second >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((second >>> 16) & 0xff)] ?? 0) ^
      (table[second >>> 24] ?? 0);
  }
  return crc;
}

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ reversedPolynomial : crc >>> 1;
    built[byte] = crc;
  }
  for (let at = 256; at < built.length; at += 1) {
    const shorter = built[at - 256] ?? 0;
    built[at] = (shorter >>> 8) ^ (built[shorter & 0xff] ?? 0);
  }
  return built;
}
