/** Finds a zip archive's list of files by the record at the archive's end. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { CheckpointFile } from './checkpoint-file.ts';

export interface ZipDirectoryPlace {
  readonly offset: number;
  readonly length: number;
  readonly count: number;
}

const endSignature = 0x06054b50;
const endBytes = 22;
const longestComment = 0xffff;
const locatorSignature = 0x07064b50;
const locatorBytes = 20;
const end64Signature = 0x06064b50;
const end64Bytes = 56;
const longestDirectory = 2 ** 26;
const smallestEntry = 46;

/** @throws MalformedBytes when there is no such record, or when it points outside of the file. */
export async function locateZipDirectory(file: CheckpointFile): Promise<ZipDirectoryPlace> {
  const tailLength = Math.min(file.size, endBytes + longestComment + locatorBytes);
  const tail = new DataView((await file.read(file.size - tailLength, tailLength)).buffer);
  const end = endRecordIn(tail);
  const place = (await zip64Place(file, tail, end)) ?? {
    count: tail.getUint16(end + 10, true),
    length: tail.getUint32(end + 12, true),
    offset: tail.getUint32(end + 16, true),
  };
  if (
    !(place.offset + place.length <= file.size) ||
    place.length > longestDirectory ||
    place.count * smallestEntry > place.length
  ) {
    throw new MalformedBytes('Its list of files does not lie inside of it.');
  }
  return place;
}

/** The comment after the record may hold anything, so the record must end exactly with the file. */
function endRecordIn(tail: DataView): number {
  for (let at = tail.byteLength - endBytes; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== endSignature) continue;
    if (at + endBytes + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  throw new MalformedBytes('The end of the zip archive is missing.');
}

async function zip64Place(
  file: CheckpointFile,
  tail: DataView,
  end: number,
): Promise<ZipDirectoryPlace | undefined> {
  const at = end - locatorBytes;
  if (at < 0 || tail.getUint32(at, true) !== locatorSignature) return undefined;
  const record = new DataView((await file.read(Number(tail.getBigUint64(at + 8, true)), end64Bytes)).buffer);
  if (record.getUint32(0, true) !== end64Signature) throw new MalformedBytes('Its zip64 record is missing.');
  return {
    count: Number(record.getBigUint64(32, true)),
    length: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}
