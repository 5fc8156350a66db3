/** How long a command waits for an answer, as its flag says. */

export const patienceFlag = '--timeout-seconds';

/** Nobody waits longer for an answer, and timers overflow not far beyond. */
const longestSeconds = 3600;

/** @returns seconds, or a sentence about what is wrong with the flag */
export function readPatience(given: string | undefined, fallbackSeconds: number): number | string {
  const seconds = Number(given ?? fallbackSeconds);
  return seconds > 0 && seconds <= longestSeconds
    ? seconds
    : `${patienceFlag} must be a number above 0 and at most ${longestSeconds}.`;
}
