/** Installs exactly the packages of package-lock.json, only when they are not there already. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { announce } from './announce.mjs';
import { explainNpm, npmCommand } from './npm.mjs';
import { PreparationFailure } from './preparation-failure.mjs';
import { runChild } from './run-child.mjs';

const stampOf = (root) => path.join(root, 'node_modules', '.fovea-installed');

/** Whether node_modules holds what the lockfile asks for on this platform. Reads only, but for a missing stamp. */
export function isInstalled(root) {
  const stamp = stampOf(root);
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const folders = packageFolders(installed);
  if (!folders.every((folder) => fs.existsSync(path.join(root, folder, 'package.json')))) return false;

  const identity = identityOf(root);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === identity) return true;
  if (!isExactly(root, installed)) return false;
  // Somebody ran npm by hand and got it right; to install again would only need a network.
  try {
    fs.writeFileSync(stamp, identity);
  } catch {
    // A read-only tree is checked the long way each time.
  }
  return true;
}

/** Runs `npm ci` without install scripts. npm empties node_modules first, which repairs a half-finished one. */
export async function install(root, signal) {
  const wanted = packageFolders(readLock(root)).filter((folder) => fitsHere(readLock(root).packages[folder]));
  const identity = identityOf(root);
  await announce(`installing ${wanted.length} packages from package-lock.json`, async () => {
    const [command, ...first] = npmCommand();
    const options = ['--ignore-scripts', '--include=dev', '--include=optional', '--prefer-offline'];
    const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--global=false'];
    let result;
    try {
      result = await runChild(command, [...first, 'ci', ...options, ...quiet], { cwd: root, signal });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      throw new PreparationFailure(
        'npm was not found; it comes with Node.js, so install Node.js as a whole.',
      );
    }
    if (result.code !== 0) throw explainNpm(result.output, root);
    fs.mkdirSync(path.join(root, 'node_modules'), { recursive: true });
    fs.writeFileSync(stampOf(root), identity);
  });
}

function identityOf(root) {
  const platform = `${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}`;
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(platform).digest('hex');
}

/** Every package the lockfile asks for here lies in node_modules in the version and with the content it names. */
function isExactly(root, installed) {
  const { packages } = readLock(root);
  const wanted = packageFolders({ packages }).every((folder) => {
    const entry = packages[folder];
    if (
      entry.optional === true &&
      !(isForPlatform(entry) && fitsHere(entry)) &&
      !(folder in installed.packages)
    )
      return true;
    const found = installed.packages[folder];
    if (found === undefined || found.version !== entry.version || found.integrity !== entry.integrity)
      return false;
    const manifest = readJson(path.join(root, folder, 'package.json'));
    return entry.link === true || manifest?.version === entry.version;
  });
  return wanted && packageFolders(installed).every((folder) => folder in packages);
}

const packageFolders = (lock) =>
  Object.keys(lock.packages ?? {}).filter((folder) => folder.startsWith('node_modules/'));

const isForPlatform = (entry) => entry.os !== undefined || entry.cpu !== undefined;

function fitsHere(entry) {
  const isAllowed = (list, value) =>
    list === undefined ||
    (!list.includes(`!${value}`) && (list.includes(value) || list.every((item) => item.startsWith('!'))));
  return (
    isAllowed(entry.os, process.platform) &&
    isAllowed(entry.cpu, process.arch) &&
    (process.platform !== 'linux' || entry.libc === undefined || isAllowed(entry.libc, libc()))
  );
}

function libc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function readLock(root) {
  const lock = readJson(path.join(root, 'package-lock.json'));
  if (lock !== undefined) return lock;
  throw new PreparationFailure(
    'package-lock.json is missing or broken; bring it back with: git checkout -- package-lock.json',
  );
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
