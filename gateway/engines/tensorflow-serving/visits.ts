/** The requests inside a model, so that it is closed after them. */
import type { Deadline } from '../../deadline.ts';

export class Visits {
  readonly #inside = new Set<Deadline>();
  #onEmpty: (() => void) | undefined;

  enter(deadline: Deadline): void {
    this.#inside.add(deadline);
  }

  leave(deadline: Deadline): void {
    deadline.release();
    this.#inside.delete(deadline);
    if (this.#inside.size === 0) this.#onEmpty?.();
  }

  /** Resolves when all have left; those who have not within the grace period are told that the model is closed. */
  async over(graceMilliseconds: number): Promise<void> {
    if (this.#inside.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const patience = setTimeout(() => {
      for (const deadline of this.#inside) deadline.end('closed');
    }, graceMilliseconds);
    await empty;
    clearTimeout(patience);
  }
}
