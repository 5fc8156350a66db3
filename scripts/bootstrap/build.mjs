/** Compiles the sources to dist/, only when they changed; an interrupted build leaves the old dist/ whole. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { announce } from './announce.mjs';
import { PreparationFailure } from './preparation-failure.mjs';
import { runChild } from './run-child.mjs';

const stampName = '.fovea-built';

/** Whether dist/ is complete and made from the sources as they are now. Reads only. */
export function isBuilt(root) {
  const folder = path.join(root, 'dist');
  const stamp = path.join(folder, stampName);
  if (!fs.existsSync(stamp)) return false;
  const [sources, outputs] = fs.readFileSync(stamp, 'utf8').split('\n');
  return outputs === outputFingerprint(folder) && sources === sourceFingerprint(root);
}

/**
 * Compiles into dist.next and swaps it in, so that dist/ is never half of one build and half of another, and holds no
 * file whose source is gone.
 */
export async function build(root, signal) {
  const next = path.join(root, 'dist.next');
  // Before compiling: a source saved while the compiler runs must count as changed afterwards.
  const sources = sourceFingerprint(root);
  fs.rmSync(next, { recursive: true, force: true });
  fs.mkdirSync(next);
  // A build killed half-way must not show up in `git status`.
  fs.writeFileSync(path.join(next, '.gitignore'), '*\n');
  try {
    await announce('building', () => compile(root, next, signal));
    fs.writeFileSync(path.join(next, stampName), `${sources}\n${outputFingerprint(next)}\n`);
    swapIn(root, next);
  } finally {
    fs.rmSync(next, { recursive: true, force: true });
  }
}

async function compile(root, folder, signal) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = {
    project: path.join(root, 'tsconfig.json'),
    outDir: folder,
    incremental: 'false',
    noEmitOnError: 'true',
    pretty: String(process.stderr.isTTY === true),
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const result = await runChild(process.execPath, [compiler, ...words], { cwd: root, signal });
  if (result.code === 0) return;
  throw new PreparationFailure('the sources do not compile; the places are listed above.', {
    details: result.output,
  });
}

function swapIn(root, next) {
  const current = path.join(root, 'dist');
  const previous = path.join(root, 'dist.previous');
  fs.rmSync(previous, { recursive: true, force: true });
  try {
    fs.renameSync(current, previous);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  fs.renameSync(next, current);
  fs.rmSync(previous, { recursive: true, force: true });
}

/** Content, not time stamps: a checkout and back again is no change. */
function sourceFingerprint(root) {
  const hash = createHash('sha256');
  for (const name of ['tsconfig.json', 'package.json', 'package-lock.json'])
    hash.update(fs.readFileSync(path.join(root, name)));
  for (const folder of sourceFolders(root)) {
    for (const file of filesBelow(root, folder).filter((name) => name.endsWith('.ts')))
      hash.update(`\0${file}\0`).update(fs.readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

/** Names and sizes, which is enough to see a file deleted, cut short or added by a compiler run by hand. */
function outputFingerprint(folder) {
  const hash = createHash('sha256');
  for (const file of filesBelow(folder, '.')) {
    if (path.basename(file) === stampName) continue;
    hash.update(`${file} ${fs.statSync(path.join(folder, file)).size}\n`);
  }
  return hash.digest('hex');
}

function sourceFolders(root) {
  try {
    const { include } = JSON.parse(fs.readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
    return include.map((pattern) => pattern.split('/')[0]);
  } catch (error) {
    throw new PreparationFailure('tsconfig.json is missing or broken; bring it back from git.', {
      cause: error,
    });
  }
}

/** Paths relative to `root`, sorted; none when the folder does not exist. */
function filesBelow(root, folder) {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}
