/** `npm test`: prepares what is missing, then runs the tests; arguments go to mocha. */
import './require-node.mjs';

const { orExit, prepareOrExit, root } = await import('./bootstrap.mjs');
const { runTests } = await import('./bootstrap/run-tests.mjs');

await prepareOrExit();
const hasPassed = await orExit(() => runTests(root, process.argv.slice(2)));
process.exitCode = hasPassed ? 0 : 1;
