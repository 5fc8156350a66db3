/** `npm run check`: the gate, the same for a person, the commit hook and CI. */
import './require-node.mjs';
import { spawnSync } from 'node:child_process';

const { orExit, prepareOrExit, root } = await import('./bootstrap.mjs');
const { runTests } = await import('./bootstrap/run-tests.mjs');

const tool = (program, ...toolArguments) => {
  const { status } = spawnSync(process.execPath, [`node_modules/${program}`, ...toolArguments], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0;
};

/** In the order in which they are run. Types come with the build that `prepareOrExit` does before any step. */
const steps = {
  format: () => tool('prettier/bin/prettier.cjs', '--check', '.'),
  lint: () => tool('eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  house: () => runTests(root, ['verification/house']),
  tests: () => runTests(root, []),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(
    `fovea: no such step: ${unknown.join(', ')}; the steps are ${Object.keys(steps).join(', ')}.`,
  );
  process.exit(2);
}

await prepareOrExit();
// The house rules are among the tests, so that a full check runs them once.
const chosen = asked.length > 0 ? asked : ['format', 'lint', 'tests'];
const failed = [];
for (const name of chosen) {
  console.error(`fovea: ${name}`);
  if (!(await orExit(steps[name]))) failed.push(name);
}
if (failed.length > 0) {
  console.error(`fovea: failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
