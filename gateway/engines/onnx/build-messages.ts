/** What goes to a build thread and what comes back. */
import type { BuildTask } from './build-entry.ts';
import type { BuildGate } from './build-gate.ts';

export interface BuildAssignment extends BuildTask {
  readonly gate: BuildGate;
}

export type BuildMessage =
  | { readonly type: 'built' }
  /** `sentence` is public, and present when the compiler itself refused the model. */
  | { readonly type: 'build-failed'; readonly sentence: string | undefined; readonly cause: string };

export function isBuildAssignment(value: unknown): value is BuildAssignment {
  return (
    typeof value === 'object' && value !== null && 'origin' in value && 'target' in value && 'gate' in value
  );
}

export function isBuildMessage(value: unknown): value is BuildMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}
