/** What a figure is worth nothing without: machine, versions, commit. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { promisify } from 'node:util';
import { availableCpus } from '../../gateway/engines/onnx/cpu-quota.ts';

export interface Surroundings {
  readonly date: string;
  /** With the word `changed` when the tree differs from it; `unknown` outside a checkout. */
  readonly commit: string;
  readonly processor: string;
  /** CPUs this process may use. */
  readonly cpus: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
}

export async function surroundings(): Promise<Surroundings> {
  return {
    date: new Date().toISOString(),
    commit: await commit(),
    processor: os.cpus()[0]?.model ?? 'unknown',
    cpus: allCpus(),
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion(),
  };
}

/** As the engine counts them. */
export function allCpus(): number {
  return availableCpus({ readTextFile, parallelism: os.availableParallelism() });
}

function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Which of these files exist differs from system to system.
    return undefined;
  }
}

async function commit(): Promise<string> {
  try {
    const run = promisify(execFile);
    const { stdout: head } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    const { stdout: changes } = await run('git', ['status', '--porcelain']);
    return `${head.trim()}${changes.trim() === '' ? '' : ' (changed)'}`;
  } catch {
    return 'unknown';
  }
}

function onnxruntimeVersion(): string {
  const description: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  const isNamed = typeof description === 'object' && description !== null && 'version' in description;
  return isNamed ? String(description.version) : 'unknown';
}
