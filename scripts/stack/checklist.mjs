/** Runs checks one after the other, says how each went, and counts. */
import { announce } from '../bootstrap/announce.mjs';

/** Why a check cannot be made here, with no full stop; what throws it counts as skipped. */
export class Unavailable extends Error {}

export class Checklist {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** @returns Whether the check passed; a reason why not is printed, never thrown. */
  async check(title, work) {
    try {
      await announce(title, work);
      this.#passed += 1;
      return true;
    } catch (error) {
      if (error instanceof Unavailable) {
        this.skip(error.message);
        return false;
      }
      this.#failed += 1;
      console.error(`fovea: failed: ${title}\n${describe(error)}`);
      return false;
    }
  }

  skip(reason) {
    this.#skipped += 1;
    console.error(`stack: skipped (${reason})`);
  }

  /** For an end that came between the checks: it is no success, whatever passed before. */
  requireFailure() {
    this.#failed ||= 1;
  }

  get hasFailed() {
    return this.#failed > 0;
  }

  get countingLine() {
    return `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
  }
}

function describe(error) {
  const details = error.details ?? '';
  return details === '' ? error.message : `${details}\n${error.message}`;
}
