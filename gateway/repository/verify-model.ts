/** Compares the files of a model version with what its manifest says and names every difference. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';

import { digestFile, hasChecksum } from './checksum.ts';
import { conversionRecordName, convertedFiles } from './conversion-record.ts';
import { errorCode } from './file-system-words.ts';
import { isAbsence } from './folder-contents.ts';
import type { Manifest } from './manifest.ts';
import { filesOfVersion, manifestVersions, type VersionFile } from './version-files.ts';
import type { InstalledModel } from './installed-model.ts';

/** One way in which a file is not what the manifest says. */
export interface FileDifference {
  /** Path below the version folder. */
  readonly path: string;
  readonly kind: 'missing' | 'not-a-file' | 'size' | 'checksum' | 'unreadable';
  /** Says what differs, beginning with the path. */
  readonly sentence: string;
}

/** What verifying one installed version showed. */
export interface VersionVerification {
  readonly version: number;
  /**
   * `unlisted`: the manifest does not describe this version, so there is nothing to compare with. `unreadable`: nothing
   * is known to differ, but not every file can be read.
   */
  readonly state: 'verified' | 'different' | 'unreadable' | 'unlisted';
  readonly differences: readonly FileDifference[];
}

async function differenceOf(
  versionFolder: string,
  expected: VersionFile,
  signal: AbortSignal | undefined,
): Promise<FileDifference | undefined> {
  const told = (kind: FileDifference['kind'], words: string): FileDifference => ({
    path: expected.path,
    kind,
    sentence: `${expected.path} ${words}`,
  });
  const file = path.join(versionFolder, expected.path);
  try {
    const found = await stat(file);
    if (!found.isFile()) {
      return told('not-a-file', 'is not a regular file');
    }
    if (expected.size !== undefined && found.size !== expected.size) {
      return told('size', `has ${found.size} bytes where the manifest says ${expected.size}`);
    }
    const digest = await digestFile(file, signal);
    if (expected.checksums.some((checksum) => hasChecksum(digest, checksum))) {
      return undefined;
    }
    const has = expected.checksums.some((checksum) => 'sha256' in checksum)
      ? `SHA-256 ${digest.sha256}`
      : `git blob id ${digest.gitBlob}`;
    return told('checksum', `has the wrong content (its ${has} is not the manifest's)`);
  } catch (cause) {
    signal?.throwIfAborted();
    const code = errorCode(cause);
    return isAbsence(code) ? told('missing', 'is missing') : told('unreadable', `cannot be read (${code})`);
  }
}

/**
 * Every difference between a version folder and the files expected in it; files beyond those are no difference.
 *
 * @throws the signal's reason when aborted.
 */
export async function verifyFiles(
  versionFolder: string,
  files: readonly VersionFile[],
  signal?: AbortSignal,
): Promise<FileDifference[]> {
  const differences: FileDifference[] = [];
  for (const file of files) {
    const difference = await differenceOf(versionFolder, file, signal);
    if (difference !== undefined) {
      differences.push(difference);
    }
  }
  return differences;
}

/**
 * Every difference between a version folder and what its manifest says of it: the files listed there or, of a version
 * that was made on this machine, those that were recorded then.
 *
 * @throws the signal's reason when aborted.
 */
export async function verifyVersion(
  versionFolder: string,
  { manifest, version }: { readonly manifest: Manifest; readonly version: number },
  signal?: AbortSignal,
): Promise<FileDifference[]> {
  const listed = filesOfVersion(manifest, version);
  if (listed.length > 0) return verifyFiles(versionFolder, listed, signal);
  const sources = manifest.sources.filter((source) => source.kind === 'pip');
  const files = await convertedFiles(versionFolder, sources);
  if (files !== undefined) return verifyFiles(versionFolder, files, signal);
  return [await recordDifference(versionFolder)];
}

/** Why there is no list of the files that were made. */
async function recordDifference(versionFolder: string): Promise<FileDifference> {
  const code = await access(path.join(versionFolder, conversionRecordName), constants.R_OK).then(
    () => undefined,
    errorCode,
  );
  if (code !== undefined && !isAbsence(code)) {
    const sentence = `${conversionRecordName} cannot be read (${code})`;
    return { path: conversionRecordName, kind: 'unreadable', sentence };
  }
  const sentence = `${conversionRecordName} is missing or tells of another conversion than the manifest`;
  return { path: conversionRecordName, kind: 'missing', sentence };
}

/** Verifies every installed version of a model; empty when it has no manifest or nothing is installed. */
export async function verifyModel(
  model: InstalledModel,
  signal?: AbortSignal,
): Promise<VersionVerification[]> {
  if (model.manifest === undefined) {
    return [];
  }
  const listed = manifestVersions(model.manifest);
  const results: VersionVerification[] = [];
  for (const { version, folder } of model.versions) {
    if (!listed.includes(version)) {
      results.push({ version, state: 'unlisted', differences: [] });
      continue;
    }
    const differences = await verifyVersion(folder, { manifest: model.manifest, version }, signal);
    results.push({ version, state: stateOf(differences), differences });
  }
  return results;
}

function stateOf(differences: readonly FileDifference[]): VersionVerification['state'] {
  if (differences.length === 0) return 'verified';
  return differences.every(({ kind }) => kind === 'unreadable') ? 'unreadable' : 'different';
}
