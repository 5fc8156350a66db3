/** Reads single tensors from a checkpoint: an index table and the shards with the tensors' bytes. */
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Datatype, Tensor } from '../../../gateway/domain/tensor.ts';
import { elementCount } from '../../../gateway/domain/tensor.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { readBundleEntry, readBundleHeader } from './bundle-entry.ts';
import type { BundleEntry } from './bundle-entry.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { DamagedWeights } from './damaged-weights.ts';
import { readLevelDbTable } from './leveldb-table.ts';
import { decodeStoredStrings } from './stored-strings.ts';
import { isHeld } from './tensorflow-datatypes.ts';
import { bytesPerElement, elementsOver } from './typed-elements.ts';

/** The entry with the empty key describes the bundle itself. */
const headerKey = '';

export class TensorBundle {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #entries: ReadonlyMap<string, BundleEntry>;
  readonly #shardCount: number;

  private constructor(
    place: { folder: string; prefix: string },
    entries: ReadonlyMap<string, BundleEntry>,
    shardCount: number,
  ) {
    this.#folder = place.folder;
    this.#prefix = place.prefix;
    this.#entries = entries;
    this.#shardCount = shardCount;
  }

  /**
   * Reads the index; shards are opened only by `read`.
   *
   * @param prefix the part of the file names before `.index`, relative to `folder`, such as `variables/variables`.
   * @throws DamagedWeights when the index is missing or damaged; UnsupportedModel when a big-endian machine wrote it.
   */
  static async open(folder: string, prefix: string): Promise<TensorBundle> {
    const fileName = `${prefix}.index`;
    const table = readLevelDbTable(await readIndex(folder, fileName), fileName);
    try {
      const header = readBundleHeader(table.get(headerKey) ?? new Uint8Array(0));
      if (!header.isLittleEndian) {
        throw new UnsupportedModel(
          `${fileName} was written on a big-endian machine; export the model on another.`,
        );
      }
      table.delete(headerKey);
      const entries = new Map([...table].map(([key, value]) => [key, readBundleEntry(value)]));
      return new TensorBundle({ folder, prefix }, entries, header.shardCount);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      throw new DamagedWeights(`${fileName} is damaged: ${cause.message} Fetch the model again.`, {
        cause,
      });
    }
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * @throws UnsupportedModel naming the tensor when it is unknown, kept in parts or of a datatype that cannot be held;
   * DamagedWeights when its shard is missing, too short or does not match the checksum.
   */
  async read(key: string): Promise<Tensor> {
    const entry = this.#entries.get(key);
    if (entry === undefined)
      throw new UnsupportedModel(`The checkpoint ${this.#prefix} holds no tensor ${key}.`);
    if (entry.isPartitioned) {
      throw new UnsupportedModel(
        `Variable ${key} is stored in parts; export the model with whole variables.`,
      );
    }
    if (!isHeld(entry.datatype)) {
      throw new UnsupportedModel(`Tensor ${key} has a datatype that cannot be used (${entry.datatype}).`);
    }
    const shard = this.#shardName(key, entry.shard);
    const stored = await this.#readStored(key, entry, shard);
    try {
      return decode(entry, entry.datatype, stored);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      const sentence = `Tensor ${key} in ${shard} cannot be used: ${cause.message}. Fetch the model again.`;
      throw new DamagedWeights(sentence, { cause });
    }
  }

  #shardName(key: string, shard: number): string {
    if (shard < 0 || shard >= this.#shardCount) {
      throw new DamagedWeights(
        `${this.#prefix}.index places tensor ${key} in shard ${shard} of ${this.#shardCount}. Fetch the model again.`,
      );
    }
    const digits = (value: number) => String(value).padStart(5, '0');
    return `${this.#prefix}.data-${digits(shard)}-of-${digits(this.#shardCount)}`;
  }

  async #readStored(key: string, entry: BundleEntry, shard: string): Promise<ArrayBuffer> {
    const file = await openShard(path.join(this.#folder, shard), shard);
    try {
      const { size } = await file.stat();
      const end = entry.offset + entry.size;
      // Comparing before allocating keeps a damaged size from asking for any amount of memory.
      if (entry.offset < 0 || entry.size < 0 || end > size) {
        throw new DamagedWeights(
          `${shard} is cut off: tensor ${key} needs bytes up to ${end} of ${size}. Fetch the model again.`,
        );
      }
      return await readRange(file, entry);
    } catch (cause) {
      if (cause instanceof UnsupportedModel) throw cause;
      throw new DamagedWeights(`Tensor ${key} cannot be read from ${shard}.`, { cause });
    } finally {
      await file.close();
    }
  }
}

function decode(entry: BundleEntry, datatype: Datatype, stored: ArrayBuffer): Tensor {
  const { shape } = entry;
  const count = elementCount(shape);
  if (datatype === 'string') {
    const strings = decodeStoredStrings(new Uint8Array(stored), count);
    verifyChecksum(entry, strings.checksum);
    return { datatype, shape, elements: strings.elements };
  }
  const expected = count * bytesPerElement(datatype);
  if (expected !== stored.byteLength) {
    throw new MalformedBytes(`its shape needs ${expected} bytes where ${stored.byteLength} are stored`);
  }
  verifyChecksum(entry, maskedCrc32c(crc32c(new Uint8Array(stored))));
  return { datatype, shape, elements: elementsOver(datatype, stored) };
}

function verifyChecksum(entry: BundleEntry, checksum: number): void {
  if (entry.checksum !== checksum) throw new MalformedBytes('its bytes do not match their checksum');
}

async function readIndex(folder: string, fileName: string): Promise<Uint8Array> {
  try {
    return await readFile(path.join(folder, fileName));
  } catch (cause) {
    throw new DamagedWeights(`${fileName} is missing or cannot be read, so the variables have no values.`, {
      cause,
    });
  }
}

async function openShard(file: string, shard: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    throw new DamagedWeights(`${shard} is missing or cannot be read. Fetch the model again.`, { cause });
  }
}

async function readRange(file: FileHandle, entry: BundleEntry): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(entry.size);
  for (let done = 0; done < entry.size;) {
    const { bytesRead } = await file.read(bytes, done, entry.size - done, entry.offset + done);
    if (bytesRead === 0) throw new Error('The file ended early.');
    done += bytesRead;
  }
  return bytes.buffer;
}
