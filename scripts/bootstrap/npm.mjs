/** Finds npm, and says in a sentence why it failed. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { explainFileError, PreparationFailure } from './preparation-failure.mjs';

/** The command line that starts npm: the one that started us, the one beside Node.js, or the one on the path. */
export function npmCommand() {
  const besideNode = path.dirname(process.execPath);
  const candidates = [
    path.basename(process.env.npm_execpath ?? '') === 'npm-cli.js' ? process.env.npm_execpath : undefined,
    path.join(besideNode, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(besideNode, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const program = candidates.find((file) => file !== undefined && fs.existsSync(file));
  return program === undefined ? ['npm'] : [process.execPath, program];
}

const networkCodes =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/;

/** @param output What `npm ci` printed before it failed. */
export function explainNpm(output, root) {
  const details = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/complete log of this run|npm warn/.test(line))
    .slice(-12)
    .join('\n');
  const sentence = (text) => new PreparationFailure(text, { details });
  const fileCode = /\b(EACCES|EPERM|EROFS|ENOSPC)\b/.exec(output)?.[1];

  if (networkCodes.test(output))
    return sentence(
      'the npm registry could not be reached, and the packages have to be downloaded once. ' +
        'Connect to a network (behind a proxy: npm config set proxy <address>) and run the same command again.',
    );
  if (fileCode !== undefined) return explainFileError({ code: fileCode }, root);
  if (/\bEUSAGE\b/.test(output))
    return sentence(
      'package.json and package-lock.json disagree; run npm install, and commit both files together.',
    );
  if (/\bEINTEGRITY\b/.test(output))
    return sentence(
      'a downloaded package is not the one package-lock.json names. Run npm cache verify and try again; ' +
        'if it stays, the registry in use serves other files.',
    );
  return sentence('npm ci failed; its last words are above.');
}
