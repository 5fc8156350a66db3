/** The tests of a prediction server, in the order in which they run. */
import { batchTest, classTest, pictureTest, topTest } from './answer-tests.ts';
import { edgeCaseTest, errorTest, healthTest, keyTest } from './conduct-tests.ts';
import { loadTest, timeTest } from './speed-tests.ts';
import type { ServerTest } from './test-surroundings.ts';

export const testPlan: readonly ServerTest[] = [
  { title: 'health', run: healthTest },
  { title: 'single picture', run: pictureTest },
  { title: 'class check', run: classTest },
  { title: 'top predictions', run: topTest },
  { title: 'response times', run: timeTest },
  { title: 'error handling', run: errorTest },
  { title: 'load', run: loadTest },
  { title: 'batch', run: batchTest },
  { title: 'edge cases', run: edgeCaseTest },
  { title: 'API key', run: keyTest },
];
