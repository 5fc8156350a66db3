/** How many CPUs this process may really use: affinity, bounded by the quota of its control group. */
import path from 'node:path';

/** Reads a small text file; `undefined` when it is not there or may not be read. */
export type ReadTextFile = (file: string) => string | undefined;

export interface CpuFacts {
  readonly readTextFile: ReadTextFile;
  /** CPUs the scheduler may put this process on (`os.availableParallelism()`). */
  readonly parallelism: number;
}

interface GroupPaths {
  /** Path inside the unified (v2) hierarchy. */
  readonly unified: string;
  /** Path inside the v1 hierarchy of the `cpu` controller. */
  readonly cpu: string;
}

const mount = '/sys/fs/cgroup';

/** Whole CPUs, at least 1; a quota of 1.5 counts as 2 because two threads can then still run side by side. */
export function availableCpus({ readTextFile, parallelism }: CpuFacts): number {
  const group = groupPaths(readTextFile('/proc/self/cgroup') ?? '');
  const quotas = [
    ...ancestors(group.unified).map((folder) => unifiedQuota(readTextFile, folder)),
    ...ancestors(group.cpu).map((folder) => legacyQuota(readTextFile, folder)),
  ];
  const limits = quotas.filter((quota) => quota !== undefined);
  return Math.max(1, Math.ceil(Math.min(parallelism, ...limits)));
}

/** Lines of `/proc/self/cgroup` are `id:controllers:path`; the unified one has id 0 and no controllers. */
function groupPaths(text: string): GroupPaths {
  let unified = '/';
  let cpu = '/';
  for (const line of text.split('\n')) {
    const [id, controllers = '', ...rest] = line.split(':');
    const group = rest.join(':') || '/';
    if (id === '0' && controllers === '') unified = group;
    else if (controllers.split(',').includes('cpu')) cpu = group;
  }
  return { unified, cpu };
}

/**
 * A folder and everything above it: the tightest quota on the way to the root holds.
 *
 * Inside a container the path of the host may be shown although only the container's own group is mounted; the root,
 * always in the list, is then the right place.
 */
function ancestors(group: string): string[] {
  const folders: string[] = [];
  for (let folder = path.posix.normalize(group); ; folder = path.posix.dirname(folder)) {
    folders.push(folder);
    if (folder === '/' || folder === '.') return folders;
  }
}

function unifiedQuota(readTextFile: ReadTextFile, folder: string): number | undefined {
  const text = readTextFile(path.posix.join(mount, folder, 'cpu.max'));
  if (text === undefined) return undefined;
  const [quota, period] = text.trim().split(/\s+/);
  return ratio(quota, period ?? '100000');
}

function legacyQuota(readTextFile: ReadTextFile, folder: string): number | undefined {
  for (const controller of ['cpu', 'cpu,cpuacct']) {
    const base = path.posix.join(mount, controller, folder);
    const quota = readTextFile(path.posix.join(base, 'cpu.cfs_quota_us'));
    const period = readTextFile(path.posix.join(base, 'cpu.cfs_period_us'));
    if (quota !== undefined && period !== undefined) return ratio(quota, period);
  }
  return undefined;
}

/** `max` (v2) and -1 (v1) mean no limit. */
function ratio(quota: string | undefined, period: string): number | undefined {
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? cpus : undefined;
}
