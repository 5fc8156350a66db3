/** Shows the progress of a transfer: a bar that redraws itself on a terminal, a line now and then elsewhere. */
import type { PullProgress } from '../repository/transfer-meter.ts';

/** The part of a terminal, file or pipe that progress is written to. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressBar {
  show(progress: PullProgress): void;
  /** Ends the line that is being redrawn, so that other text can follow. */
  finish(): void;
}

const redrawMilliseconds = 100;
const lineMilliseconds = 5_000;
const widestBar = 30;

/** `3.2 MB`, in powers of 1000 as network rates are. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const stageWords = {
  transfer: 'pulling',
  unpack: 'unpacking',
  verify: 'verifying',
  convert: 'converting',
} as const;

function wordsOf(progress: PullProgress): string {
  const subject = `${stageWords[progress.stage]} ${progress.model}/${progress.version}`;
  if (progress.stage !== 'transfer') {
    return subject;
  }
  const { bytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const share =
    totalBytes === undefined || totalBytes === 0 ? '' : ` ${Math.floor((100 * bytes) / totalBytes)} %`;
  const amount =
    totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  const rate = bytesPerSecond === undefined ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  const left = secondsLeft === undefined ? '' : `, ${formatSeconds(secondsLeft)} left`;
  return `${subject}${share} (${amount}${rate}${left})`;
}

/** One line of at most `columns` characters: a bar when there is room for one and a share to show, then the words. */
export function progressLine(progress: PullProgress, columns: number): string {
  const words = wordsOf(progress);
  const room = Math.min(widestBar, columns - words.length - 4);
  const { bytes, totalBytes } = progress;
  if (progress.stage !== 'transfer' || totalBytes === undefined || totalBytes === 0 || room < 8) {
    return words.slice(0, Math.max(0, columns - 1));
  }
  const filled = Math.min(room, Math.floor((room * bytes) / totalBytes));
  return `[${'#'.repeat(filled)}${'-'.repeat(room - filled)}] ${words}`;
}

/** Terminals that do not know their width say nothing or 0. */
function widthOf({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? columns : 80;
}

export function createProgressBar(
  stream: ProgressStream,
  now: () => number = () => performance.now(),
): ProgressBar {
  const isTerminal = stream.isTTY === true;
  const pauseMilliseconds = isTerminal ? redrawMilliseconds : lineMilliseconds;
  let shownAt = -Infinity;
  let shownStage: string | undefined;
  let isEndShown = false;
  let isLineOpen = false;
  return {
    show(progress): void {
      const time = now();
      const stage = `${progress.version} ${progress.source} ${progress.stage}`;
      const isNewStage = stage !== shownStage;
      // The end of a transfer is shown once, however soon it comes after the beginning.
      const isEnd = progress.stage === 'transfer' && progress.bytes === progress.totalBytes;
      if (isNewStage) isEndShown = false;
      if (!isNewStage && time - shownAt < pauseMilliseconds && (!isEnd || isEndShown)) {
        return;
      }
      [shownAt, shownStage, isEndShown] = [time, stage, isEnd];
      if (isTerminal) {
        // Return to the first column and clear to the end, so that a shorter line leaves nothing behind.
        stream.write(`\r\u001b[K${progressLine(progress, widthOf(stream))}`);
        isLineOpen = true;
      } else {
        stream.write(`${wordsOf(progress)}\n`);
      }
    },
    finish(): void {
      if (isLineOpen) {
        stream.write('\n');
        isLineOpen = false;
      }
    },
  };
}
