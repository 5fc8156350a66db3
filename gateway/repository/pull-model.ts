/** Installs the versions a manifest describes: fetch, verify, and only then put in place. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { makeFolder } from '../make-folder.ts';
import { errorCode, writeFault } from './file-system-words.ts';
import type { Manifest } from './manifest.ts';
import { mirrorNamesOf } from './mirror-source.ts';
import { copyDescription } from './model-description.ts';
import type { PipSupport } from './pip-source.ts';
import { withModelLock } from './pull-lock.ts';
import { pullSources } from './pull-source.ts';
import { RepositoryError } from './repository-error.ts';
import { SourceFailure } from './source-failure.ts';
import type { PullSource } from './source-task.ts';
import { createTransferMeter, type PullProgress, type TransferMeter } from './transfer-meter.ts';
import { verifyVersion } from './verify-model.ts';
import { filesOfVersion, manifestVersions, type VersionFile } from './version-files.ts';

export interface PullRequest {
  readonly name: string;
  /** The model's own folder, where its manifest lies or will lie; made when it is missing. */
  readonly folder: string;
  /** Where manifest, labels and card are copied from when the folder has none. */
  readonly shippedFolder: string | undefined;
  readonly manifest: Manifest;
  /** A local folder that is tried first. */
  readonly mirror: string | undefined;
  readonly support: PipSupport;
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

export interface PulledVersion {
  readonly version: number;
  /** `already-installed`: the files were there and right, nothing was fetched. */
  readonly outcome: 'installed' | 'already-installed';
  /** Where the files came from; `undefined` when they were there. */
  readonly source: string | undefined;
}

interface VersionPull {
  readonly request: PullRequest;
  readonly version: number;
  readonly files: readonly VersionFile[];
  /** Beside the version folder, hence on the same disk, so that putting in place is one rename. */
  readonly stagingFolder: string;
  readonly meter: TransferMeter;
}

/** Each source keeps its bytes apart from the others', so that an interrupted pull never mixes two. */
function workFolderOf(pull: VersionPull, source: PullSource): string {
  const key = createHash('sha256').update(source.place).digest('hex').slice(0, 12);
  return path.join(pull.stagingFolder, key);
}

async function putInPlace(readyFolder: string, pull: VersionPull): Promise<void> {
  const target = path.join(pull.request.folder, String(pull.version));
  const replaced = path.join(pull.stagingFolder, 'replaced');
  const isReplacing = await stat(target).then(
    () => true,
    () => false,
  );
  if (isReplacing) {
    await rm(replaced, { recursive: true, force: true });
    await rename(target, replaced);
  }
  try {
    await rename(readyFolder, target);
  } catch (cause) {
    if (isReplacing) {
      await rename(replaced, target);
    }
    throw cause;
  }
}

/** Fetches from one source and installs what proves right; what proves wrong is deleted. */
async function pullFrom(source: PullSource, pull: VersionPull): Promise<void> {
  const { version, files, meter, request } = pull;
  const { manifest } = request;
  const workFolder = workFolderOf(pull, source);
  const readyFolder = path.join(workFolder, 'ready');
  await mkdir(readyFolder, { recursive: true });
  try {
    await source.fetch({ version, files, workFolder, readyFolder, meter, signal: request.signal });
    meter.stage('verify');
    const differences = await verifyVersion(readyFolder, { manifest, version }, request.signal);
    if (differences.length > 0) {
      const told = differences.map((difference) => difference.sentence).join('; ');
      throw new SourceFailure('wrong-content', `what it gives is not what the manifest describes: ${told}`);
    }
  } catch (cause) {
    if (cause instanceof SourceFailure && cause.kind === 'wrong-content') {
      await rm(workFolder, { recursive: true, force: true });
    }
    throw cause;
  }
  await putInPlace(readyFolder, pull);
}

/** Removes the staging folder unless it holds bytes that a later pull can go on from. */
async function removeWithoutFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (!entries.some((entry) => entry.isFile())) {
    await rm(folder, { recursive: true, force: true });
  }
}

function failureOf(
  pull: VersionPull,
  failures: readonly { place: string; failure: SourceFailure }[],
): RepositoryError {
  const { name, manifest, mirror } = pull.request;
  const wanted = mirrorNamesOf({ name, version: pull.version, manifest }).join(' or ');
  const wayOut = `set MODEL_MIRROR to a folder that holds ${wanted}, brought from a machine that has it`;
  const [first] = failures;
  if (first === undefined) {
    return new RepositoryError(`The manifest of ${name} names no source; ${wayOut}.`);
  }
  const isOffline = failures.some(({ failure }) => failure.kind === 'unreachable');
  const advice = mirror === undefined ? wayOut : `put ${wanted} into MODEL_MIRROR`;
  const told = ({ place, failure }: typeof first): string => `${place}: ${failure.message}`;
  const sentence =
    failures.length === 1
      ? `${name} was not installed from ${told(first)}${isOffline ? `; if this machine is offline, ${advice}` : ''}.`
      : [
          `${name} was not installed, no source gave version ${pull.version}. Tried:`,
          ...failures.map((failure) => `  ${told(failure)}`),
          ...(isOffline ? [`If this machine is offline, ${advice}.`] : []),
        ].join('\n');
  return new RepositoryError(sentence, { cause: failures.at(-1)?.failure });
}

async function isInstalled({ request, version }: VersionPull): Promise<boolean> {
  const { folder, manifest, signal } = request;
  const target = path.join(folder, String(version));
  return (await verifyVersion(target, { manifest, version }, signal)).length === 0;
}

async function pullVersion(pull: VersionPull): Promise<PulledVersion> {
  const { request, version } = pull;
  if (await isInstalled(pull)) return { version, outcome: 'already-installed', source: undefined };
  const failures: { place: string; failure: SourceFailure }[] = [];
  const { name, manifest, support, mirror } = request;
  for (const source of pullSources({ name, manifest, support }, mirror)) {
    try {
      await pullFrom(source, pull);
      await rm(pull.stagingFolder, { recursive: true, force: true });
      return { version, outcome: 'installed', source: source.place };
    } catch (failure) {
      request.signal.throwIfAborted();
      if (!(failure instanceof SourceFailure)) {
        throw writeFault(failure, request.folder) ?? failure;
      }
      failures.push({ place: source.place, failure });
    }
  }
  await removeWithoutFiles(pull.stagingFolder);
  throw failureOf(pull, failures);
}

function versionPulls(request: PullRequest): VersionPull[] {
  return manifestVersions(request.manifest).map((version) => ({
    request,
    version,
    files: filesOfVersion(request.manifest, version),
    stagingFolder: path.join(request.folder, `.pull-${version}`),
    meter: createTransferMeter({ model: request.name, version, onProgress: request.onProgress }),
  }));
}

/** Whether the folder had to be made. */
async function makeModelFolder(folder: string): Promise<boolean> {
  try {
    return (await makeFolder(folder)) !== undefined;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') {
      const sentence = `The folder ${folder} cannot be written: the system makes no folders there; correct MODELS_DIR.`;
      throw new RepositoryError(sentence, { cause });
    }
    throw writeFault(cause, folder) ?? cause;
  }
}

/**
 * Installs every version that the manifest describes and that is not yet there, or not right.
 *
 * Nothing appears under the version's name before every file has the size and a checksum of the manifest. What has
 * arrived when the pull is interrupted stays in `.pull-<version>` and the next call goes on from there.
 *
 * @throws RepositoryError with a sentence for the operator, and the signal's reason when aborted.
 */
export async function pullModel(request: PullRequest): Promise<PulledVersion[]> {
  const pulls = versionPulls(request);
  const installed = await Promise.all(pulls.map(isInstalled));
  if (installed.every(Boolean)) {
    // Without the lock, so that a folder that nobody may write is no fault when nothing needs writing.
    return pulls.map(({ version }) => ({ version, outcome: 'already-installed', source: undefined }));
  }
  const isNew = await makeModelFolder(request.folder);
  try {
    return await withModelLock(request.folder, async () => {
      const pulled: PulledVersion[] = [];
      for (const pull of pulls) pulled.push(await pullVersion(pull));
      await copyDescription(request.shippedFolder, request.folder);
      return pulled;
    });
  } finally {
    // Goes only when it is empty: when the pull brought nothing.
    if (isNew) await rmdir(request.folder).catch(() => undefined);
  }
}
