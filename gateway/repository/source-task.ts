/** What every source of a model version is asked to do: fill a folder with the version's files. */
import type { TransferMeter } from './transfer-meter.ts';
import type { VersionFile } from './version-files.ts';

export interface SourceTask {
  readonly version: number;
  readonly files: readonly VersionFile[];
  /** Where this source may keep what has arrived between pulls. */
  readonly workFolder: string;
  /** An existing folder that becomes the version folder. */
  readonly readyFolder: string;
  readonly meter: TransferMeter;
  readonly signal: AbortSignal;
}

export interface PullSource {
  /** Address or folder, for progress and for sentences. */
  readonly place: string;
  /**
   * Fills `readyFolder`; what is there is verified afterwards.
   *
   * @throws SourceFailure when this source cannot; the next one is tried.
   */
  readonly fetch: (task: SourceTask) => Promise<void>;
}
