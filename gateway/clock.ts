/** Time as timers need it, so that a test can hold the hands of the clock. */

export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls back once, without keeping the process alive; the result takes the call back. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** For who only waits. */
export type Timer = Pick<Clock, 'after'>;

export const systemClock: Clock = {
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
  timer: Timer,
  milliseconds: number,
  work: Promise<unknown>,
): Promise<void> {
  let cancel: (() => void) | undefined;
  const patience = new Promise<void>((resolve) => {
    cancel = timer.after(milliseconds, resolve);
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    cancel?.();
  }
}
