/** Turns bytes as they arrive into progress: how far, how fast, how long still. */

/** How far a pull is. */
export interface PullProgress {
  readonly model: string;
  readonly version: number;
  readonly stage: 'transfer' | 'unpack' | 'verify' | 'convert';
  /** Address or folder the bytes come from. */
  readonly source: string;
  /** Bytes that lie on the disk, those of an earlier interrupted pull included. */
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  /** Over the last seconds; `undefined` until there is enough to tell. */
  readonly bytesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

export interface TransferMeter {
  /** Begins a source of so many bytes. */
  begin(source: string, totalBytes: number | undefined): void;
  /** Corrects the total once the server has said it. */
  expect(totalBytes: number): void;
  /** States where the transfer stands, and how many bytes of that were moved since the last call. */
  moved(position: number, gained: number): void;
  stage(stage: PullProgress['stage']): void;
}

export interface MeterOptions {
  readonly model: string;
  readonly version: number;
  readonly onProgress: (progress: PullProgress) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Long enough to be steady, short enough to follow a change of speed. */
const windowMilliseconds = 5_000;
const shortestMilliseconds = 250;

export function createTransferMeter(options: MeterOptions): TransferMeter {
  const now = options.now ?? (() => performance.now());
  let source = '';
  let stage: PullProgress['stage'] = 'transfer';
  let totalBytes: number | undefined;
  let position = 0;
  let gainedBytes = 0;
  let samples: { time: number; gainedBytes: number }[] = [];

  const rate = (): number | undefined => {
    const oldest = samples[0];
    const newest = samples.at(-1);
    if (oldest === undefined || newest === undefined || newest.time - oldest.time < shortestMilliseconds) {
      return undefined;
    }
    return ((newest.gainedBytes - oldest.gainedBytes) * 1000) / (newest.time - oldest.time);
  };
  const report = (): void => {
    const bytesPerSecond = stage === 'transfer' ? rate() : undefined;
    const left = totalBytes === undefined ? undefined : Math.max(0, totalBytes - position);
    options.onProgress({
      model: options.model,
      version: options.version,
      stage,
      source,
      bytes: position,
      totalBytes,
      bytesPerSecond,
      secondsLeft:
        left === undefined || bytesPerSecond === undefined || bytesPerSecond <= 0
          ? undefined
          : left / bytesPerSecond,
    });
  };
  return {
    begin(newSource, newTotal): void {
      [source, totalBytes, stage, position, gainedBytes] = [newSource, newTotal, 'transfer', 0, 0];
      samples = [{ time: now(), gainedBytes: 0 }];
      report();
    },
    expect(newTotal): void {
      totalBytes = newTotal;
    },
    moved(newPosition, gained): void {
      const time = now();
      position = newPosition;
      gainedBytes += gained;
      samples.push({ time, gainedBytes });
      // The last sample before the window stays, so that a rate can be told even after a pause.
      const firstInside = samples.findIndex((sample) => sample.time >= time - windowMilliseconds);
      samples = samples.slice(Math.max(0, firstInside - 1));
      report();
    },
    stage(newStage): void {
      stage = newStage;
      report();
    },
  };
}
