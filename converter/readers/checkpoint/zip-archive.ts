/** Reads files out of a zip archive into memory; nothing is ever written to disk. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { readZipDirectory } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

const localSignature = 0x04034b50;
const localBytes = 30;
const inflate = promisify(inflateRaw);

/** Checksums are not compared: PyTorch can be told to write none, and its own reader accepts that. */
export class ZipArchive {
  readonly #file: CheckpointFile;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  /** Of all files together, unfolded. */
  readonly totalBytes: number;

  private constructor(file: CheckpointFile, entries: ReadonlyMap<string, ZipEntry>) {
    this.#file = file;
    this.#entries = entries;
    this.totalBytes = [...entries.values()].reduce((total, { size }) => total + size, 0);
  }

  /** @throws MalformedBytes when the archive is cut off or made to mislead. */
  static async open(file: CheckpointFile): Promise<ZipArchive> {
    return new ZipArchive(file, await readZipDirectory(file));
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** `undefined` when there is no such file. */
  sizeOf(name: string): number | undefined {
    return this.#entries.get(name)?.size;
  }

  /**
   * The first `length` bytes of a file, in a buffer of their own.
   *
   * @throws MalformedBytes when it is missing, shorter, or not what the list of files says.
   */
  async read(name: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.size < length) {
      throw new MalformedBytes(`${name} in it is missing or shorter than ${length} bytes.`);
    }
    const start = await this.#contentsOf(entry);
    if (entry.method === 'stored') return this.#file.read(start, length);
    const compressed = await this.#file.read(start, entry.compressedSize);
    return new Uint8Array(await unfold(entry, compressed)).slice(0, length);
  }

  /** Extra fields make local headers longer by any amount (PyTorch aligns contents with them). */
  async #contentsOf(entry: ZipEntry): Promise<number> {
    const header = await this.#file.read(entry.offset, localBytes);
    const view = new DataView(header.buffer);
    if (view.getUint32(0, true) !== localSignature) {
      throw new MalformedBytes(`${entry.name} is not where its list of files says.`);
    }
    const nameLength = view.getUint16(26, true);
    const name = await this.#file.read(entry.offset + localBytes, nameLength);
    if (new TextDecoder().decode(name) !== entry.name) {
      throw new MalformedBytes(`${entry.name} has another name where it stands.`);
    }
    return entry.offset + localBytes + nameLength + view.getUint16(28, true);
  }
}

async function unfold(entry: ZipEntry, compressed: Uint8Array): Promise<Uint8Array> {
  if (entry.size === 0) return new Uint8Array(0);
  let unfolded: Uint8Array;
  try {
    unfolded = await inflate(compressed, { maxOutputLength: entry.size });
  } catch {
    throw new MalformedBytes(`${entry.name} in it does not unfold to the size it is said to have.`);
  }
  if (unfolded.length === entry.size) return unfolded;
  throw new MalformedBytes(`${entry.name} in it does not unfold to the size it is said to have.`);
}
