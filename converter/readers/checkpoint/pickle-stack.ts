/** The unpickler's memory: a stack cut by marks and a memo, both with limits, nothing that recurses. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { PickleValue, StoredStorage } from './pickle-values.ts';

/** Python writes dictionaries in batches of 1000 entries; only tuples and lists of whole files go beyond. */
const deepest = 1_000_000;
const mostMarks = 10_000;

export class PickleStack {
  readonly #values: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  /** Every storage named so far, by key. */
  readonly storages = new Map<string, StoredStorage>();

  push(value: PickleValue): void {
    if (this.#values.length >= deepest) throw new MalformedBytes(`More than ${deepest} values wait.`);
    this.#values.push(value);
  }

  pop(): PickleValue {
    if (this.#values.length > this.#floor()) {
      const value = this.#values.pop();
      if (value !== undefined) return value;
    }
    throw new MalformedBytes('A value is taken where none is.');
  }

  top(): PickleValue {
    const value = this.pop();
    this.#values.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= mostMarks) throw new MalformedBytes(`More than ${mostMarks} marks are open.`);
    this.#marks.push(this.#values.length);
  }

  /** Removes the last mark and everything above it. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new MalformedBytes('A mark is looked for where none is.');
    return this.#values.splice(mark);
  }

  /** Removes one value, or the mark when it is what lies on top. */
  discard(): void {
    if (this.#values.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }

  memoize(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new MalformedBytes(`Memo ${index} is used before it is set.`);
    this.push(value);
  }

  /** Remembers a storage; the same one must be described the same way each time. */
  known(storage: StoredStorage): StoredStorage {
    const before = this.storages.get(storage.key) ?? storage;
    if (before.datatype !== storage.datatype || before.count !== storage.count) {
      throw new MalformedBytes('One storage is described in two ways.');
    }
    this.storages.set(storage.key, before);
    return storage;
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }
}
