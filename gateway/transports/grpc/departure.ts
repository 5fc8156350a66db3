/** Tells work in progress that the client of its call has left. */
import { LightSignal } from '../../domain/light-signal.ts';

/** Every call has one: to make and to listen to takes 0.2 µs, of an AbortController 3.7. */
export class Departure extends LightSignal {
  #hasLeft = false;

  get aborted(): boolean {
    return this.#hasLeft;
  }

  readonly leave = (): void => {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.tell();
  };
}
