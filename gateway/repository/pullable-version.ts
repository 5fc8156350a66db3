/** Tells whether a pull could bring a version back once it is deleted. */
import path from 'node:path';

import { isReadable } from './is-readable.ts';
import type { Manifest } from './manifest.ts';
import { manifestVersions } from './version-files.ts';

export interface PullableWish {
  readonly name: string;
  readonly manifest: Manifest | undefined;
  /** The folder of MODEL_MIRROR, when it is set. */
  readonly mirror: string | undefined;
}

/** A model that is somebody's own, or that the package bundles, lies here and nowhere else as far as is known. */
export async function isPullable(
  { name, manifest, mirror }: PullableWish,
  version: number,
): Promise<boolean> {
  if (manifest === undefined || !manifestVersions(manifest).includes(version)) return false;
  if (manifest.sources.length > 0) return true;
  return mirror !== undefined && isReadable(path.join(mirror, name, String(version), 'saved_model.pb'));
}
