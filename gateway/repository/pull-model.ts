/** Installs the versions a manifest describes: fetch, verify, and only then put in place. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { writeFault } from './file-system-words.ts';
import type { Manifest } from './manifest.ts';
import { withModelLock } from './pull-lock.ts';
import { archiveNamesOf, pullSources, type PullSource } from './pull-source.ts';
import { RepositoryError } from './repository-error.ts';
import { SourceFailure } from './source-failure.ts';
import { createTransferMeter, type PullProgress, type TransferMeter } from './transfer-meter.ts';
import { verifyFiles } from './verify-model.ts';
import { filesOfVersion, manifestVersions, type VersionFile } from './version-files.ts';

export interface PullRequest {
  readonly name: string;
  /** The model's own folder, where its manifest lies. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** A local folder that is tried first. */
  readonly mirror: string | undefined;
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
  const workFolder = workFolderOf(pull, source);
  const readyFolder = path.join(workFolder, 'ready');
  await mkdir(readyFolder, { recursive: true });
  try {
    await source.fetch({ version, files, workFolder, readyFolder, meter, signal: request.signal });
    meter.stage('verify');
    const differences = await verifyFiles(readyFolder, files, request.signal);
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
  const wanted = [`${name}/${pull.version}/`, ...archiveNamesOf(manifest.sources)].join(' or ');
  const wayOut = `set MODEL_MIRROR to a folder that holds ${wanted}, brought from a machine that has it`;
  if (failures.length === 0) {
    return new RepositoryError(`The manifest of ${name} names no source; ${wayOut}.`);
  }
  const isOffline = failures.some(({ failure }) => failure.kind === 'unreachable');
  const lines = failures.map(({ place, failure }) => `  ${place}: ${failure.message}`);
  const advice = isOffline
    ? [`If this machine is offline, ${mirror === undefined ? wayOut : `put ${wanted} into MODEL_MIRROR`}.`]
    : [];
  return new RepositoryError(
    [`${name} was not installed, no source gave version ${pull.version}. Tried:`, ...lines, ...advice].join(
      '\n',
    ),
    { cause: failures.at(-1)?.failure },
  );
}

async function pullVersion(pull: VersionPull): Promise<PulledVersion> {
  const { request, version, files } = pull;
  const target = path.join(request.folder, String(version));
  if ((await verifyFiles(target, files, request.signal)).length === 0) {
    return { version, outcome: 'already-installed', source: undefined };
  }
  const failures: { place: string; failure: SourceFailure }[] = [];
  for (const source of pullSources(request.name, request.manifest.sources, request.mirror)) {
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

/**
 * Installs every version that the manifest describes and that is not yet there, or not right.
 *
 * Nothing appears under the version's name before every file has the size and a checksum of the manifest. What has
 * arrived when the pull is interrupted stays in `.pull-<version>` and the next call goes on from there.
 *
 * @throws RepositoryError with a sentence for the operator, and the signal's reason when aborted.
 */
export async function pullModel(request: PullRequest): Promise<PulledVersion[]> {
  return withModelLock(request.folder, async () => {
    const pulled: PulledVersion[] = [];
    for (const version of manifestVersions(request.manifest)) {
      const meter = createTransferMeter({ model: request.name, version, onProgress: request.onProgress });
      const files = filesOfVersion(request.manifest, version);
      const stagingFolder = path.join(request.folder, `.pull-${version}`);
      pulled.push(await pullVersion({ request, version, files, stagingFolder, meter }));
    }
    return pulled;
  });
}
