/** Runs the tests of a server one after the other and tells how each went. */
import { TestFailure } from './read-answer.ts';
import { SkippedTest } from './skipped-test.ts';
import { NoAnswer } from './test-client.ts';
import { testPlan } from './test-plan.ts';
import type { ServerTest, TestSurroundings } from './test-surroundings.ts';

export interface TestOutcome {
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** What was seen, in a few words. */
  readonly details: string;
}

/** @param plan all tests if absent */
export async function runTests(
  surroundings: TestSurroundings,
  plan: readonly ServerTest[] = testPlan,
): Promise<readonly TestOutcome[]> {
  const outcomes: TestOutcome[] = [];
  for (const [index, test] of plan.entries()) {
    if (surroundings.stop.aborted) break;
    surroundings.progress(`test ${index + 1} of ${plan.length}: ${test.title}`);
    outcomes.push({ title: test.title, ...(await outcomeOf(test, surroundings)) });
  }
  return outcomes;
}

async function outcomeOf(
  { run }: ServerTest,
  surroundings: TestSurroundings,
): Promise<Omit<TestOutcome, 'title'>> {
  try {
    return { result: 'passed', details: await run(surroundings) };
  } catch (error) {
    if (error instanceof SkippedTest) return { result: 'skipped', details: error.message };
    if (error instanceof TestFailure || error instanceof NoAnswer) {
      return { result: 'failed', details: error.message };
    }
    throw error;
  }
}
