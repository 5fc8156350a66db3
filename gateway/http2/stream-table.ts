/** The calls of a connection: those that run, and those that wait until the other side takes another one. */
import type { ClientStream } from './client-stream.ts';
import { ConnectionError } from './connection-error.ts';
import { ErrorCode, numberBits, usualWindowBytes } from './protocol-numbers.ts';
import { widened } from './send-queue.ts';

export class StreamTable {
  readonly #begin: (stream: ClientStream) => void;
  readonly #running = new Map<number, ClientStream>();
  readonly #waiting = new Set<ClientStream>();
  #nextId: number;
  #most = Infinity;
  #window = usualWindowBytes;

  /**
   * @param begin is called with each call whose turn has come
   * @param firstNumber of a call, which is odd
   */
  constructor(begin: (stream: ClientStream) => void, firstNumber: number) {
    this.#begin = begin;
    this.#nextId = firstNumber;
  }

  get isEmpty(): boolean {
    return this.#running.size === 0 && this.#waiting.size === 0;
  }

  /** Whether another call would have a number: there are a billion. */
  get hasNumbers(): boolean {
    return this.#nextId + 2 * this.#waiting.size <= numberBits;
  }

  add(stream: ClientStream): void {
    if (this.#waiting.size === 0 && this.#running.size < this.#most) {
      this.#start(stream);
      return;
    }
    this.#waiting.add(stream);
    this.#beginWaiting();
  }

  /**
   * @returns undefined when the call has ended
   * @throws ConnectionError when it never began
   */
  at(id: number): ClientStream | undefined {
    const stream = this.#running.get(id);
    if (stream === undefined && (id % 2 === 0 || id >= this.#nextId)) {
      throw new ConnectionError(ErrorCode.protocolError, `there was no call ${id}`);
    }
    return stream;
  }

  isRunning(stream: ClientStream): boolean {
    return this.#running.get(stream.id) === stream;
  }

  /** Whether it has not ended. */
  has(stream: ClientStream): boolean {
    return this.isRunning(stream) || this.#waiting.has(stream);
  }

  /** Its place is taken by the next that waits. */
  remove(stream: ClientStream): void {
    this.#waiting.delete(stream);
    if (this.#running.delete(stream.id)) this.#beginWaiting();
  }

  /** @param most calls at once */
  limit(most: number): void {
    this.#most = most;
    this.#beginWaiting();
  }

  /** @param window that each call has at its beginning, which counts for those that run too */
  resize(window: number): void {
    for (const stream of this.#running.values()) {
      stream.window = widened(stream.window, window - this.#window);
    }
    this.#window = window;
  }

  /** @returns those that the other side will not look at; first the waiting ones, or they would begin as the others go */
  after(last: number): readonly ClientStream[] {
    return [...this.#waiting, ...[...this.#running.values()].filter(({ id }) => id > last)];
  }

  #beginWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.#running.size >= this.#most) return;
      this.#waiting.delete(stream);
      this.#start(stream);
    }
  }

  #start(stream: ClientStream): void {
    stream.id = this.#nextId;
    stream.window = this.#window;
    this.#nextId += 2;
    this.#running.set(stream.id, stream);
    this.#begin(stream);
  }
}
