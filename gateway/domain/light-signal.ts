/** What an AbortSignal does for one request, at a fraction of its cost: nothing is made before somebody listens. */
import type { CallerSignal } from './caller-signal.ts';

/** For those who know when the caller goes: they say so by `aborted`, and call `tell` once it is so. */
export abstract class LightSignal implements CallerSignal {
  /** A list, since there are one or two. */
  #listeners: (() => void)[] | undefined;

  abstract get aborted(): boolean;

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.aborted) return;
    if (this.#listeners === undefined) {
      this.#listeners = [];
      this.beginWatch();
    }
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }

  /** Called when somebody listens for the first time. */
  protected beginWatch(): void {
    // Nothing to do for whoever watches the caller anyway.
  }

  /** Calls every listener, for good. */
  protected tell(): void {
    // One may take another away.
    for (let next = this.#listeners?.shift(); next !== undefined; next = this.#listeners?.shift()) next();
  }
}
