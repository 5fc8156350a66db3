/** Tells every fault of a command line or configuration at once. */
import type { Terminal } from './terminal.ts';

export function reportFaults(faults: readonly string[], { error }: Pick<Terminal, 'error'>): void {
  for (const fault of faults) error.write(`fovea: ${fault}\n`);
}
