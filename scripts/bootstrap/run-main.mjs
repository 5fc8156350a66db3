/** Runs a compiled program in this process, as if Node.js had been started on it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { prepareOrExit, root } from '../bootstrap.mjs';

/**
 * Prepares the tree and becomes `dist/<program>`.
 *
 * One process serves, not a child of it: a signal reaches the server without anybody passing it on.
 */
export async function runCompiled(program, programArguments) {
  await prepareOrExit();
  const file = path.join(root, 'dist', program);
  if (!existsSync(file)) {
    console.error(`fovea: there is no ${program.replace(/\.js$/, '.ts')} in this tree.`);
    process.exit(1);
  }
  process.argv = [process.argv[0], file, ...programArguments];
  await import(pathToFileURL(file).href);
}

export function runMain(programArguments) {
  return runCompiled('gateway/main.js', programArguments);
}
