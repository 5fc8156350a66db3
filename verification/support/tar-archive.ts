/** Writes tar archives by hand, the hostile ones included that no archiver would write. */
import { gzipSync } from 'node:zlib';

export interface ArchiveEntry {
  readonly path: string;
  /** Type flag of the tar header: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  readonly type?: '0' | '1' | '2' | '3' | '5';
  readonly content?: Buffer;
  readonly linkTarget?: string;
  /** Bytes the header claims instead of the content's. */
  readonly claimedSize?: number;
}

const blockBytes = 512;

function header(entry: ArchiveEntry): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  block.write(entry.path, 0, 100, 'utf8');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(entry.claimedSize ?? entry.content?.length ?? 0, 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(entry.type ?? '0', 156, 'latin1');
  block.write(entry.linkTarget ?? '', 157, 100, 'utf8');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A gzip-compressed tar archive of the entries in their order. */
export function tarArchive(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0);
    const padding = Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes);
    return [header(entry), content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]));
}
