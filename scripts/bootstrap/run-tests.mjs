/** Runs the compiled tests with mocha and ends with one counting line. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runChild } from './run-child.mjs';
import { stoppable } from './stoppable.mjs';

/**
 * @param mochaArguments Options for mocha; a path below verification/ chooses tests, none means all but those of
 * verification/stack.
 * @returns Whether at least one test ran and none failed.
 */
export async function runTests(root, mochaArguments) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-tests-'));
  const tally = path.join(folder, 'tally');
  fs.writeFileSync(tally, '');
  try {
    const env = await environmentForTests(root, folder, tally);
    const result = await stoppable((signal) =>
      runChild(process.execPath, commandLine(root, mochaArguments), { cwd: root, env, signal, show: true }),
    );
    return report(fs.readFileSync(tally, 'utf8'), result);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function commandLine(root, mochaArguments) {
  const chosen = mochaArguments.map((argument) => compiledPath(root, argument));
  const isChosen = chosen.some((argument, index) => argument !== mochaArguments[index]);
  const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const reporter = path.join(root, 'scripts', 'mocha-reporter.mjs');
  // The stack's tests need the containers of docker-compose-test.yml around them.
  const everything = ['dist/verification/**/*.test.js', '--ignore', 'dist/verification/stack/**'];
  return ['--enable-source-maps', mocha, '--reporter', reporter, ...chosen, ...(isChosen ? [] : everything)];
}

/** `verification/house` → `dist/verification/house`; anything else is mocha's own. */
function compiledPath(root, argument) {
  const relative = path.relative(root, path.resolve(argument));
  if (relative.split(path.sep)[0] !== 'verification' || !fs.existsSync(path.join(root, relative)))
    return argument;
  const isFolder = fs.statSync(path.join(root, relative)).isDirectory();
  return path.join('dist', isFolder ? `${relative}/**/*.test.js` : relative.replace(/\.ts$/, '.js'));
}

/** The tests state every setting they need; what the person at the terminal exported must not reach them. */
async function environmentForTests(root, folder, tally) {
  // A test that is ended before its end leaves its folders behind; these are removed with all the others.
  const temporary = path.join(folder, 'temporary');
  fs.mkdirSync(temporary);
  // Tests that give up the rights of the superuser still find their own folders in it.
  fs.chmodSync(folder, 0o711);
  fs.chmodSync(temporary, 0o1777);
  const environment = {
    ...process.env,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    FOVEA_TEST_TALLY: tally,
  };
  const settingsFile = path.join(root, 'dist', 'gateway', 'settings.js');
  if (fs.existsSync(settingsFile)) {
    const { allSettings } = await import(pathToFileURL(settingsFile).href);
    for (const setting of allSettings) delete environment[setting.variable];
  }
  return environment;
}

function report(tally, { code, signal }) {
  const count = (letter) => tally.split(letter).length - 1;
  const passed = count('p');
  const skipped = count('s');
  let failed = count('f');
  if (signal !== null) console.error(`The tests ended by ${signal}, which no test may cause.`);
  else if (passed + failed === 0) console.error('No test ran.');
  // A crash, a file that cannot be loaded and an empty run have no test of their own to fail.
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}
