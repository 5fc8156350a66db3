/** Writes a checkpoint: the tensors' bytes in one shard, and the index that finds and verifies them. */
import { open, writeFile } from 'node:fs/promises';
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import { crc32c, maskedCrc32c } from '../../readers/saved-model/crc32c.ts';
import { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';
import { datatypeCode } from './datatype-codes.ts';
import { levelDbTable } from './leveldb-table.ts';
import { writeShape } from './tensor-message.ts';

const formatVersion = 1;

/** @param prefix path of the files before `.index` and `.data-00000-of-00001`. */
export async function writeTensorBundle(
  prefix: string,
  tensors: ReadonlyMap<string, NumericTensor>,
): Promise<void> {
  const header = new ProtobufWriter()
    .varint(1, 1)
    .message(3, (version) => version.varint(1, formatVersion))
    .finish();
  const entries = new Map([['', header]]);
  const shard = await open(`${prefix}.data-00000-of-00001`, 'w');
  try {
    let offset = 0;
    for (const [key, tensor] of [...tensors].sort(([one], [another]) => (one < another ? -1 : 1))) {
      const { buffer, byteOffset, byteLength } = tensor.elements;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      entries.set(key, entry(tensor, offset, bytes));
      await shard.appendFile(bytes);
      offset += byteLength;
    }
  } finally {
    await shard.close();
  }
  await writeFile(`${prefix}.index`, levelDbTable(entries));
}

/** `BundleEntryProto`, in the only shard. */
function entry(tensor: NumericTensor, offset: number, bytes: Uint8Array): Uint8Array {
  return new ProtobufWriter()
    .varint(1, datatypeCode(tensor.datatype))
    .message(2, (shape) => {
      writeShape(shape, tensor.shape);
    })
    .varint(3, 0)
    .varint(4, offset)
    .varint(5, bytes.length)
    .fixed32(6, maskedCrc32c(crc32c(bytes)))
    .finish();
}
