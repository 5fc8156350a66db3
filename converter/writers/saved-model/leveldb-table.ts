/** Writes a LevelDB table, the sorted key-value file that indexes a checkpoint. */
import { crc32c, maskedCrc32c } from '../../readers/saved-model/crc32c.ts';
import { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';

/** After so many entries one spells its key out, so that a search can start there. */
const restartInterval = 16;
const footerBytes = 48;
const magicAt = 40;
const magic = 0xdb4775248b80fb57n;
const uncompressed = 0;

/** One data block, an empty meta-index, an index and a footer; keys are sorted by their bytes. */
export function levelDbTable(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const place = (block: Uint8Array): Uint8Array => {
    const handle = Buffer.concat([varint(length), varint(block.length)]);
    const body = Buffer.concat([block, Uint8Array.of(uncompressed)]);
    parts.push(body, word(maskedCrc32c(crc32c(body))));
    length += body.length + 4;
    return handle;
  };
  const sorted = [...entries]
    .map(([key, value]): Entry => ({ key: Buffer.from(key), value }))
    .sort((one, another) => Buffer.compare(one.key, another.key));
  const content = place(block(sorted));
  const metaIndex = place(block([]));
  const index = place(block([{ key: sorted.at(-1)?.key ?? Buffer.alloc(0), value: content }]));
  const footer = Buffer.alloc(footerBytes);
  Buffer.concat([metaIndex, index]).copy(footer);
  footer.writeBigUInt64LE(magic, magicAt);
  return Buffer.concat([...parts, footer]);
}

interface Entry {
  readonly key: Buffer;
  readonly value: Uint8Array;
}

function block(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const restarts: number[] = [];
  let length = 0;
  let previous: Buffer = Buffer.alloc(0);
  for (const [position, { key, value }] of entries.entries()) {
    const isRestart = position % restartInterval === 0;
    if (isRestart) restarts.push(length);
    const shared = isRestart ? 0 : sharedBytes(previous, key);
    const entry = Buffer.concat([
      varint(shared),
      varint(key.length - shared),
      varint(value.length),
      key.subarray(shared),
      value,
    ]);
    parts.push(entry);
    length += entry.length;
    previous = key;
  }
  // An empty block still has a restart point.
  const points = restarts.length === 0 ? [0] : restarts;
  return Buffer.concat([...parts, ...points.map(word), word(points.length)]);
}

function sharedBytes(one: Buffer, another: Buffer): number {
  let shared = 0;
  while (shared < one.length && one[shared] === another[shared]) shared += 1;
  return shared;
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
