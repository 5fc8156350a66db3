/** An open file that is read in ranges; every range is compared with the file's size before memory is taken. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { BytesEndEarly } from './bytes-end-early.ts';

/** One system call reads at most 2 GiB. */
const longestRead = 2 ** 30;
const longestRange = 2 ** 31;

export class CheckpointFile {
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** Opens the file for the time `work` needs. */
  static async using<T>(file: string, work: (opened: CheckpointFile) => Promise<T>): Promise<T> {
    const handle = await open(file, 'r');
    try {
      return await work(new CheckpointFile(handle, (await handle.stat()).size));
    } finally {
      await handle.close();
    }
  }

  /**
   * A fresh copy of `length` bytes from `offset`, at the start of its own buffer.
   *
   * @throws MalformedBytes when the range is not inside the file or is longer than 2 GiB.
   */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
      throw new MalformedBytes(`${length} bytes from byte ${offset} are no range.`);
    }
    if (offset + length > this.size) throw new BytesEndEarly(offset + length, this.size);
    if (length > longestRange) throw new MalformedBytes(`${length} bytes are too many for one tensor.`);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const wanted = Math.min(length - done, longestRead);
      const { bytesRead } = await this.#handle.read(bytes, done, wanted, offset + done);
      if (bytesRead === 0) throw new BytesEndEarly(offset + length, offset + done);
      done += bytesRead;
    }
    return bytes;
  }
}
