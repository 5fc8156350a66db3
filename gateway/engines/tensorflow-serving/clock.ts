/** Time as the recovery of backends needs it, so that a test can hold the hands of the clock. */

export interface Clock {
  /** Calls back once, without keeping the process alive; the result takes the call back. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
