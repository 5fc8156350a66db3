/** Time as the worker pool needs it, so that a test can hold the hands of the clock. */

export interface PoolClock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls back once, without keeping the process alive; the result takes the call back. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: PoolClock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves when the work is done or the time is over, whichever comes first; rejects as the work does. */
export async function settledWithin(
  clock: PoolClock,
  milliseconds: number,
  work: Promise<unknown>,
): Promise<void> {
  let cancel: (() => void) | undefined;
  const patience = new Promise<void>((resolve) => {
    cancel = clock.after(milliseconds, resolve);
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    cancel?.();
  }
}
