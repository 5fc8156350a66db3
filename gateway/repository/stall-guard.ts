/** An AbortSignal that also fires when nothing has happened for too long. */

export interface StallGuard {
  /** Aborted when the caller's signal is, or when `touch` was not called for the given time. */
  readonly signal: AbortSignal;
  readonly touch: () => void;
  readonly close: () => void;
}

export function createStallGuard(caller: AbortSignal, milliseconds: number): StallGuard {
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort();
  }, milliseconds);
  return {
    signal: AbortSignal.any([caller, stall.signal]),
    touch: () => {
      timer.refresh();
    },
    close: () => {
      clearTimeout(timer);
    },
  };
}
