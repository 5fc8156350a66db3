/** The files a manifest lists, seen version by version. */
import type { Manifest, ManifestChecksum } from './manifest.ts';

/** One file of a version. */
export interface VersionFile {
  /** Path below the version folder, such as `variables/variables.index`. */
  readonly path: string;
  /** Bytes; `undefined` when the manifest does not know. */
  readonly size: number | undefined;
  /** The file is right when it has one of these. */
  readonly checksums: readonly ManifestChecksum[];
}

/** The versions a manifest lists files for or says how to make, in ascending order. */
export function manifestVersions(manifest: Manifest): number[] {
  const versions = new Set(manifest.files.map((file) => Number(file.path.split('/', 1)[0])));
  if (manifest.sources.some(({ kind }) => kind === 'pip')) versions.add(manifest.defaultVersion);
  return [...versions].sort((first, second) => first - second);
}

/** The files of one version, with paths below its folder; none when they are made on this machine. */
export function filesOfVersion(manifest: Manifest, version: number): VersionFile[] {
  const prefix = `${version}/`;
  return manifest.files
    .filter((file) => file.path.startsWith(prefix))
    .map((file) => ({ path: file.path.slice(prefix.length), size: file.size, checksums: file.checksums }));
}

/** Sum of the sizes, or `undefined` when one is unknown. */
export function totalSize(files: readonly VersionFile[]): number | undefined {
  let total = 0;
  for (const file of files) {
    if (file.size === undefined) {
      return undefined;
    }
    total += file.size;
  }
  return total;
}

/** Room for what an archive holds beside the listed files, such as folders, a read-me or other versions. */
const slackBytes = 64 * 1024 * 1024;
/** Taken for a file whose size the manifest does not know. */
export const unknownSizeBytes = 4 * 1024 * 1024 * 1024;

/** The most bytes that an archive of these files may unpack to. */
export function mostBytes(files: readonly VersionFile[]): number {
  return files.reduce((sum, file) => sum + (file.size ?? unknownSizeBytes), slackBytes);
}
