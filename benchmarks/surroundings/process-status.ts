/** Resident memory of a process, as Linux tells it. */
import { readFile } from 'node:fs/promises';

/** Megabytes of 10^6 bytes. */
export interface ProcessStatus {
  readonly resident: number;
  /** The most that was ever resident. */
  readonly peak: number;
  /** Memory of its own. */
  readonly anonymous: number;
  /** Mapped files, such as weights and libraries: shared with other processes, and given back under pressure. */
  readonly file: number;
  readonly shared: number;
}

/** Undefined where there is no `/proc`, or no such process. */
export async function processStatus(pid: number): Promise<ProcessStatus | undefined> {
  try {
    return parseProcessStatus(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

export function parseProcessStatus(text: string): ProcessStatus {
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? NaN) * 1024) / 1e6;
  return {
    resident: megabytes('VmRSS'),
    peak: megabytes('VmHWM'),
    anonymous: megabytes('RssAnon'),
    file: megabytes('RssFile'),
    shared: megabytes('RssShmem'),
  };
}
