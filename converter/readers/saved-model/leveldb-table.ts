/** Reads a LevelDB table, the sorted key-value file that indexes a checkpoint, with every checksum verified. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { WireCursor } from '../../../gateway/protobuf/wire-cursor.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { DamagedWeights } from './damaged-weights.ts';

/*
 *   data block … data block │ meta-index block │ index block │ footer (48 bytes)
 *                                                              meta-index handle, index handle, padding to 40, magic
 *   block  = entries, restart offsets (4 bytes each), their count (4), compression type (1), masked CRC-32C (4)
 *   handle = varint offset, varint size without the last five bytes
 *   entry  = varint shared, varint unshared, varint value length, unshared end of the key, value
 */
const footerBytes = 48;
const magicAt = 40;
const magic = 0xdb4775248b80fb57n;
const trailerBytes = 5;
const snappy = 1;

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Keys may be binary (slices of partitioned variables), so the decoder must not be strict. */
const decoder = new TextDecoder();

/**
 * All entries by key, in the table's order; the values are views on `table`.
 *
 * @param fileName how to call the table in errors.
 * @throws DamagedWeights when it is not such a table, is damaged, or is compressed.
 */
export function readLevelDbTable(table: Uint8Array, fileName: string): Map<string, Uint8Array> {
  try {
    const entries = new Map<string, Uint8Array>();
    for (const pointer of blockEntries(verifiedBlock(table, indexHandle(table)))) {
      for (const { key, value } of blockEntries(verifiedBlock(table, pointer.value))) {
        entries.set(decoder.decode(key), value);
      }
    }
    return entries;
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw new DamagedWeights(`${fileName} is damaged: ${cause.message} Fetch the model again.`, { cause });
  }
}

function indexHandle(table: Uint8Array): Uint8Array {
  if (table.length < footerBytes) throw new MalformedBytes('It is too short to be a table.');
  const footer = table.subarray(table.length - footerBytes);
  if (viewOf(footer).getBigUint64(magicAt, true) !== magic) {
    throw new MalformedBytes('It does not end like a table; it may be cut off.');
  }
  const cursor = new WireCursor(footer, 0);
  cursor.length();
  cursor.length();
  return footer.subarray(cursor.at, magicAt);
}

/** The entries and restart offsets of the block that a handle points at. */
function verifiedBlock(table: Uint8Array, handle: Uint8Array): Uint8Array {
  const cursor = new WireCursor(handle, 0);
  const offset = cursor.length();
  const size = cursor.length();
  const end = offset + size;
  if (end + trailerBytes > table.length - footerBytes) {
    throw new MalformedBytes(`A block at byte ${offset} reaches beyond the end.`);
  }
  const stored = viewOf(table).getUint32(end + 1, true);
  if (stored !== maskedCrc32c(crc32c(table.subarray(offset, end + 1)))) {
    throw new MalformedBytes(`The block at byte ${offset} does not match its checksum.`);
  }
  const compression = table[end] ?? 0;
  if (compression !== 0) {
    const name = compression === snappy ? 'Snappy' : `type ${compression}`;
    throw new MalformedBytes(`A block is compressed (${name}), which TensorFlow does not do in checkpoints.`);
  }
  return table.subarray(offset, end);
}

function* blockEntries(block: Uint8Array): Generator<Entry, void, undefined> {
  const entriesEnd = endOfEntries(block);
  const cursor = new WireCursor(block.subarray(0, entriesEnd), 0);
  let previous = new Uint8Array(0);
  while (cursor.at < entriesEnd) {
    const shared = cursor.length();
    const unshared = cursor.length();
    const valueLength = cursor.length();
    if (shared > previous.length) throw new MalformedBytes('An entry shares more of its key than there is.');
    const keyAt = cursor.take(unshared);
    const valueAt = cursor.take(valueLength);
    const key = new Uint8Array(shared + unshared);
    key.set(previous.subarray(0, shared));
    key.set(block.subarray(keyAt, keyAt + unshared), shared);
    yield { key, value: block.subarray(valueAt, valueAt + valueLength) };
    previous = key;
  }
}

function endOfEntries(block: Uint8Array): number {
  if (block.length < 4) throw new MalformedBytes('A block is too short.');
  const restarts = viewOf(block).getUint32(block.length - 4, true);
  const end = block.length - 4 - restarts * 4;
  if (end < 0) throw new MalformedBytes('A block counts more restart points than it holds.');
  return end;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
