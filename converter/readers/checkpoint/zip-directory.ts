/** Reads a zip archive's list of files, zip64 included, and refuses what is only made to mislead. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { locateZipDirectory } from './zip-ending.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const signature = 0x02014b50;
const fixedBytes = 46;
const zip64Field = 1;
/** In place of a number that stands in the zip64 field. */
const elsewhere = 0xffffffff;
/** Trained weights hardly shrink at all; zeros shrink a thousandfold, and so do bombs. */
const mostExpansion = 20;
const slack = 2 ** 20;
const smallestLocalHeader = 30;

/** By name. */
export async function readZipDirectory(file: CheckpointFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await locateZipDirectory(file);
  const bytes = await file.read(place.offset, place.length);
  const entries = new Map<string, ZipEntry>();
  const view = new DataView(bytes.buffer);
  for (let at = 0, index = 0; index < place.count; index += 1) {
    const { entry, next } = readEntry(view, at);
    if (entries.has(entry.name)) throw new MalformedBytes(`It holds ${entry.name} twice.`);
    entries.set(entry.name, entry);
    at = next;
  }
  checkPlaces([...entries.values()], place.offset);
  checkExpansion(entries.values(), file.size);
  return entries;
}

function readEntry(view: DataView, at: number): { entry: ZipEntry; next: number } {
  if (at + fixedBytes > view.byteLength || view.getUint32(at, true) !== signature) {
    throw new MalformedBytes('Its list of files is damaged.');
  }
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const extraStart = at + fixedBytes + nameLength;
  const next = extraStart + extraLength + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw new MalformedBytes('Its list of files is cut off.');
  const name = nameAt(view, at + fixedBytes, nameLength);
  const [size = 0, compressedSize = 0, offset = 0] = largeNumbers(
    [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
    new DataView(view.buffer, extraStart, extraLength),
  );
  const isEncrypted = (view.getUint16(at + 8, true) & 1) !== 0;
  if (isEncrypted) throw new MalformedBytes(`${name} in it is encrypted.`);
  const method = methodOf(name, view.getUint16(at + 10, true));
  if (method === 'stored' && size !== compressedSize) {
    throw new MalformedBytes(`${name} in it is not compressed, yet has two sizes.`);
  }
  return { entry: { name, method, compressedSize, size, offset }, next };
}

/** Names are only compared here, never opened; those that lead out of a folder show that somebody tries. */
function nameAt(view: DataView, at: number, length: number): string {
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, at, length));
  const leadsOut = /^$|^\/|\\|^[A-Za-z]:|(^|\/)\.\.(\/|$)/.test(name);
  if (leadsOut || /\p{Cc}/u.test(name)) {
    throw new MalformedBytes('A file in it has a name that leads out of its folder.');
  }
  return name;
}

function methodOf(name: string, code: number): ZipEntry['method'] {
  if (code === 0) return 'stored';
  if (code === 8) return 'deflated';
  throw new MalformedBytes(`${name} in it is compressed by method ${code}, which cannot be read.`);
}

/** Numbers that do not fit stand in the extra field, in this order, and only those. */
function largeNumbers(numbers: readonly number[], extra: DataView): readonly number[] {
  const large: number[] = [];
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const length = extra.getUint16(at + 2, true);
    if (at + 4 + length > extra.byteLength) break;
    if (extra.getUint16(at, true) === zip64Field) {
      for (let word = 0; word + 8 <= length; word += 8) {
        large.push(Number(extra.getBigUint64(at + 4 + word, true)));
      }
    }
    at += 4 + length;
  }
  return numbers.map((number) => {
    if (number !== elsewhere) return number;
    const value = large.shift();
    if (value !== undefined && Number.isSafeInteger(value)) return value;
    throw new MalformedBytes("A large file's size is missing in it.");
  });
}

/** Files that share bytes are how a small archive unfolds into a huge one. */
function checkPlaces(entries: ZipEntry[], directoryOffset: number): void {
  let end = 0;
  for (const { name, offset, compressedSize } of entries.sort((one, other) => one.offset - other.offset)) {
    if (offset < end) throw new MalformedBytes(`${name} in it begins inside of another file.`);
    end = offset + smallestLocalHeader + compressedSize;
    if (end > directoryOffset) throw new MalformedBytes(`${name} is said to reach beyond its end.`);
  }
}

function checkExpansion(entries: Iterable<ZipEntry>, fileSize: number): void {
  let size = 0;
  for (const entry of entries) size += entry.size;
  if (size > mostExpansion * fileSize + slack) {
    throw new MalformedBytes(`It would unfold ${fileSize} bytes into ${size}, as only a zip bomb does.`);
  }
}
