/** Finds the pip of this machine, by whichever name it has. */
import { runExecutable } from './run-executable.ts';

export interface PipCommand {
  readonly program: string;
  /** Words before pip's own. */
  readonly words: readonly string[];
}

/** Variables of the process that a program is run with. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

const candidates: readonly PipCommand[] = [
  { program: 'python3', words: ['-m', 'pip'] },
  { program: 'pip3', words: [] },
  { program: 'pip', words: [] },
];

/** A Python without pip ends at once; one that asks or hangs is none to rely on. */
const patienceMilliseconds = 20_000;

/** As they are typed, for sentences. */
export const pipNames = candidates.map(({ program, words }) => [program, ...words].join(' '));

/** The first that works, or `undefined`. */
export async function findPip(
  environment: ProgramEnvironment,
  signal: AbortSignal,
): Promise<PipCommand | undefined> {
  for (const { program, words } of candidates) {
    // Asked about below: Node.js 20 forgets a time-out that only AbortSignal.any refers to.
    const patience = AbortSignal.timeout(patienceMilliseconds);
    const { code } = await runExecutable({
      program,
      words: [...words, '--version'],
      environment,
      signal: AbortSignal.any([signal, patience]),
    });
    signal.throwIfAborted();
    if (code === 0 && !patience.aborted) return { program, words };
  }
  return undefined;
}
