/** One line of progress that is rewritten in place on a terminal, and told every few seconds elsewhere. */
import type { OutputStream } from './terminal.ts';

export interface Counter {
  show(text: string): void;
  /** Takes the line away, before something else is written or at the end. */
  clear(): void;
}

/** Quicker work than this needs no word. */
const quietMilliseconds = 2000;
const betweenLinesMilliseconds = 5000;

export function createCounter(stream: OutputStream, now: () => number = () => performance.now()): Counter {
  const began = now();
  let lastLine = began + quietMilliseconds - betweenLinesMilliseconds;
  let isShown = false;
  return {
    show(text) {
      if (now() - began < quietMilliseconds) return;
      if (stream.isTTY === true) {
        stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
        isShown = true;
      } else if (now() - lastLine >= betweenLinesMilliseconds) {
        lastLine = now();
        stream.write(`${text}\n`);
      }
    },
    clear() {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
