/** How much of the processors other programs use: measurements taken meanwhile are worth little. */
import { readdir, readFile } from 'node:fs/promises';

export interface CpuTicks {
  readonly total: number;
  readonly idle: number;
}

/** The first line of `/proc/stat`: user nice system idle iowait irq softirq steal … */
export function parseCpuTicks(text: string): CpuTicks {
  const ticks = (/^cpu\s+(.*)$/m.exec(text)?.[1] ?? '').split(/\s+/).map(Number);
  // Guest time is part of user time already.
  const counted = ticks.slice(0, 8);
  const idle = (counted[3] ?? NaN) + (counted[4] ?? 0);
  return { total: counted.reduce((sum, tick) => sum + tick, 0), idle };
}

export interface ProcessTicks {
  readonly group: number;
  /** User and system time, also that of its children that have ended. */
  readonly ticks: number;
}

/** `/proc/<pid>/stat`; the program's name, in parentheses, may hold anything, parentheses too. */
export function parseProcessTicks(text: string): ProcessTicks {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    group: Number(fields[2]),
    ticks: fields
      .slice(11, 15)
      .map(Number)
      .reduce((sum, ticks) => sum + ticks, 0),
  };
}

/**
 * Begins to watch; the returned function tells which share of all processors, from 0 to 1, processes outside this
 * one's process group have used since. Undefined where the system does not tell.
 */
export async function watchForeignLoad(): Promise<() => Promise<number | undefined>> {
  const before = await sample();
  return async () => {
    const after = await sample();
    return before === undefined || after === undefined ? undefined : shareOfOthers(before, after);
  };
}

/** Ticks of all processors since the machine started. */
export interface LoadSample {
  readonly total: number;
  readonly busy: number;
  /** Used by this process group. */
  readonly own: number;
}

/** From 0 to 1. The kernel counts a process's time and a processor's apart, so that small differences mean nothing. */
export function shareOfOthers(before: LoadSample, after: LoadSample): number {
  const total = after.total - before.total;
  const others = after.busy - before.busy - (after.own - before.own);
  return total <= 0 ? 0 : Math.max(0, others / total);
}

async function sample(): Promise<LoadSample | undefined> {
  try {
    const { total, idle } = parseCpuTicks(await readFile('/proc/stat', 'utf8'));
    const { group } = parseProcessTicks(await readFile('/proc/self/stat', 'utf8'));
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = await Promise.all(processes.map(ticksOf));
    const own = all.filter((one) => one?.group === group).reduce((sum, one) => sum + (one?.ticks ?? 0), 0);
    return { total, busy: total - idle, own };
  } catch {
    return undefined;
  }
}

/** Undefined when the process has just ended. */
async function ticksOf(pid: string): Promise<ProcessTicks | undefined> {
  try {
    return parseProcessTicks(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
