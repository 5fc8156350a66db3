/** Builds small checkpoints for tests: a LevelDB table and a data shard, byte by byte. */
import { crc32c, maskedCrc32c } from '../../../../../converter/readers/saved-model/crc32c.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';

export interface StoredTensor {
  /** TensorFlow's number of the datatype. */
  readonly datatype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly shard?: number;
  /** Checksum to write instead of the right one. */
  readonly checksum?: number;
}

export function float32Bytes(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A string scalar as TensorFlow stores it: length, checksum of the length as a word, bytes. */
export function storedString(text: Uint8Array): StoredTensor {
  const length = word(text.length);
  const lengthChecksum = word(maskedCrc32c(crc32c(length)));
  return {
    datatype: 7,
    shape: [],
    bytes: Buffer.concat([varint(text.length), lengthChecksum, text]),
    checksum: maskedCrc32c(crc32c(Buffer.concat([length, lengthChecksum, text]))),
  };
}

/** `variables.index` and the shards' bytes, by file name. */
export function checkpointFiles(
  tensors: Readonly<Record<string, StoredTensor>>,
  shardCount = 1,
): Map<string, Uint8Array> {
  const shards = Array.from({ length: shardCount }, () => new Uint8Array(0));
  const entries = new Map<string, Uint8Array>([['', new ProtobufWriter().varint(1, shardCount).finish()]]);
  for (const [key, tensor] of Object.entries(tensors).sort(([one], [another]) => (one < another ? -1 : 1))) {
    const shard = tensor.shard ?? 0;
    const before = shards[shard] ?? new Uint8Array(0);
    const writer = new ProtobufWriter()
      .varint(1, tensor.datatype)
      .message(2, (shape) => {
        tensor.shape.forEach((size) => shape.message(2, (axis) => axis.varint(1, size)));
      })
      .varint(3, shard)
      .varint(4, before.length)
      .varint(5, tensor.bytes.length)
      .fixed32(6, tensor.checksum ?? maskedCrc32c(crc32c(tensor.bytes)));
    entries.set(key, writer.finish());
    shards[shard] = Buffer.concat([before, tensor.bytes]);
  }
  const files = new Map([['variables.index', levelDbTable([entries])]]);
  shards.forEach((bytes, shard) => files.set(`variables.data-0000${shard}-of-0000${shardCount}`, bytes));
  return files;
}

/** A table with one data block for each map; keys share their beginnings as LevelDB writes them. */
export function levelDbTable(
  blocks: readonly ReadonlyMap<string, Uint8Array>[],
  compression = 0,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const place = (block: Uint8Array): Uint8Array => {
    const handle = Buffer.concat([varint(length), varint(block.length)]);
    const body = Buffer.concat([block, Uint8Array.of(compression)]);
    parts.push(body, word(maskedCrc32c(crc32c(body))));
    length += body.length + 4;
    return handle;
  };
  const pointers = new Map<string, Uint8Array>();
  for (const block of blocks) pointers.set([...block.keys()].at(-1) ?? '', place(blockOf(block)));
  const metaIndex = place(blockOf(new Map()));
  const index = place(blockOf(pointers));
  const footer = Buffer.alloc(48);
  Buffer.concat([metaIndex, index]).copy(footer);
  footer.writeBigUInt64LE(0xdb4775248b80fb57n, 40);
  return Uint8Array.from(Buffer.concat([...parts, footer]));
}

function blockOf(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  let previous = '';
  for (const [key, value] of entries) {
    let shared = 0;
    while (shared < previous.length && previous[shared] === key[shared]) shared += 1;
    const rest = Buffer.from(key.slice(shared));
    parts.push(varint(shared), varint(rest.length), varint(value.length), rest, value);
    previous = key;
  }
  return Buffer.concat([...parts, word(0), word(1)]);
}

/** A varint alone: that of a field, without the field's tag. */
function varint(value: number): Uint8Array {
  return new ProtobufWriter().varint(1, value).finish().subarray(1);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
