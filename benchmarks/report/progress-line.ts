/** Says on standard error what is being measured: one line that changes on a terminal, lines elsewhere. */
import { holds, type Finding } from '../measurement/finding.ts';
import { formatBound, formatFigure } from './format.ts';

export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const pauseMilliseconds = 5_000;

export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #began = performance.now();
  #shownAt = -Infinity;
  #isOpen = false;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Something that passes. */
  show(words: string): void {
    const now = performance.now();
    const line = `${String(Math.round((now - this.#began) / 1000)).padStart(4)} s  ${words}`;
    if (this.#stream.isTTY === true) {
      this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
      this.#isOpen = true;
    } else if (now - this.#shownAt > pauseMilliseconds) {
      this.#stream.write(`${line}\n`);
      this.#shownAt = now;
    }
  }

  /** Something that stays. */
  say(words: string): void {
    this.finish();
    this.#stream.write(`${words}\n`);
  }

  sayFinding(finding: Finding): void {
    const { scenario, model, promise, result, bound, details } = finding;
    const isKept = holds(finding);
    const judgement =
      bound === undefined ? '' : ` (${formatBound(bound)}: ${isKept === true ? 'holds' : 'BROKEN'})`;
    const subject = [scenario, model].filter((word) => word !== undefined).join(', ');
    this.say(`${subject}: ${promise}: ${formatFigure(result)}${judgement}`);
    if (details.length === 0) return;
    this.say(`      ${details.map((detail) => `${detail.name} ${formatFigure(detail)}`).join(', ')}`);
  }

  finish(): void {
    if (this.#isOpen) this.#stream.write('\r\u001b[K');
    this.#isOpen = false;
  }
}
