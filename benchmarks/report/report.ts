/** Everything one run of the bench found out, in the form of its JSON. */
import { holds, type Finding } from '../measurement/finding.ts';
import type { Surroundings } from '../surroundings/machine.ts';

export interface Skipped {
  readonly scenario: string;
  readonly model?: string;
  readonly reason: string;
}

export interface Outcome {
  readonly surroundings: Surroundings;
  readonly isQuick: boolean;
  readonly pictures: { readonly folder: string; readonly count: number };
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Scenarios that ended with an error. */
  readonly broken: readonly Skipped[];
}

/** Whether every promise that was measured holds, and none failed to be measured. */
export function allHold({ findings, broken }: Pick<Outcome, 'findings' | 'broken'>): boolean {
  return broken.length === 0 && findings.every((finding) => holds(finding) !== false);
}

export function reportJson(outcome: Outcome): string {
  const findings = outcome.findings.map((finding) => ({ ...finding, holds: holds(finding) ?? null }));
  return `${JSON.stringify({ form: 1, ...outcome, findings, allHold: allHold(outcome) }, null, 2)}\n`;
}
