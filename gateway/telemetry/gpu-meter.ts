/** Asks nvidia-smi how busy the GPUs of this machine are, beside the requests and never on their way. */
import { execFile, type ChildProcess } from 'node:child_process';

export interface GpuState {
  readonly isAvailable: boolean;
  /** Mean of all GPUs, from 0 to 1; `null` while nobody knows. */
  readonly utilization: number | null;
}

export interface GpuMeterOptions {
  /** What is asked; `nvidia-smi` if absent. */
  readonly command?: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

const betweenAnswersMilliseconds = 1000;
/** A driver that fails today does so for a while. */
const afterFailureMilliseconds = 60_000;
const patienceMilliseconds = 5000;
const question = ['--query-gpu=utilization.gpu', '--format=csv,noheader,nounits'];

/** Where drivers and container runtimes put programs. */
const usualFolders = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const none: GpuState = { isAvailable: false, utilization: null };

export class GpuMeter {
  readonly #command: string;
  readonly #now: () => number;
  #state = none;
  #askAt = -Infinity;
  #child: ChildProcess | undefined;

  constructor({ command = 'nvidia-smi', now = () => performance.now() }: GpuMeterOptions = {}) {
    this.#command = command;
    this.#now = now;
  }

  /** What is known; when that is older than a second, it is asked for again, for whoever comes next. */
  read(): GpuState {
    if (this.#child === undefined && this.#now() >= this.#askAt) this.#ask();
    return this.#state;
  }

  /** Asks no more. */
  close(): void {
    this.#askAt = Infinity;
    this.#child?.kill();
  }

  #ask(): void {
    const options = {
      timeout: patienceMilliseconds,
      // Nothing of this process's own environment, such as its keys, is any business of the other program.
      env: { PATH: usualFolders, LC_ALL: 'C' },
    };
    this.#child = execFile(this.#command, question, options, (error, text) => {
      this.#child = undefined;
      this.#state = error === null ? stateIn(text) : none;
      if (this.#askAt === Infinity) return;
      // A program that is not there does not come while the server runs.
      if (error?.code === 'ENOENT') this.#askAt = Infinity;
      else
        this.#askAt = this.#now() + (error === null ? betweenAnswersMilliseconds : afterFailureMilliseconds);
    });
  }
}

/** One line a GPU: whole percent, or words such as `[N/A]` where a GPU is cut into several. */
function stateIn(text: string): GpuState {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const shares = lines.map((line) => Number(line) / 100).filter((share) => share >= 0 && share <= 1);
  if (shares.length === 0) return { isAvailable: lines.length > 0, utilization: null };
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { isAvailable: true, utilization: Math.round(mean * 1000) / 1000 };
}
