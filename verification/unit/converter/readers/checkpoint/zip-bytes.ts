/** Writes zip archives for tests, with any field set to a lie. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  readonly name: string;
  readonly content: Buffer;
  readonly isDeflated?: boolean;
  /** What the list of files says instead of the truth. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly offset?: number;
  readonly listedName?: string;
  readonly method?: number;
  readonly flags?: number;
  /** Sizes and offset in the zip64 field instead. */
  readonly isLarge?: boolean;
}

const unsaid = 0xffffffff;

export function zipBytes(files: readonly Packed[], comment = ''): Buffer {
  const contents: Buffer[] = [];
  const listed: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const local = localEntry(file);
    listed.push(listedEntry(file, at));
    contents.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...contents, directory, end, Buffer.from(comment, 'latin1')]);
}

const packed = ({ content, isDeflated = false }: Packed) => (isDeflated ? deflateRawSync(content) : content);

function localEntry(file: Packed): Buffer {
  const name = Buffer.from(file.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(file.isDeflated === true ? 8 : 0, 8);
  header.writeUInt32LE(crc32(file.content), 14);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name, packed(file)]);
}

function listedEntry(file: Packed, at: number): Buffer {
  const name = Buffer.from(file.listedName ?? file.name);
  const numbers = [
    file.size ?? file.content.length,
    file.compressedSize ?? packed(file).length,
    file.offset ?? at,
  ];
  const extra = file.isLarge === true ? largeField(numbers) : Buffer.alloc(0);
  const [size = 0, compressedSize = 0, offset = 0] =
    file.isLarge === true ? [unsaid, unsaid, unsaid] : numbers;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(file.flags ?? 0, 8);
  header.writeUInt16LE(file.method ?? (file.isDeflated === true ? 8 : 0), 10);
  header.writeUInt32LE(crc32(file.content), 16);
  header.writeUInt32LE(compressedSize, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name, extra]);
}

function largeField(numbers: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, index) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * index));
  return field;
}
