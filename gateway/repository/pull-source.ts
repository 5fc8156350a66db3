/** The places a model version can come from, in the order to try. */
import path from 'node:path';

import { archiveSource } from './archive-source.ts';
import { filesSource } from './files-source.ts';
import type { ManifestSource } from './manifest.ts';
import { mirrorSource, type MirrorWish } from './mirror-source.ts';
import { pipSource, type PipSupport } from './pip-source.ts';
import type { PullSource } from './source-task.ts';

function remoteSource(source: ManifestSource, support: PipSupport): PullSource {
  switch (source.kind) {
    case 'archive':
      return archiveSource(source.url);
    case 'files':
      return filesSource(source.baseUrl);
    case 'pip':
      return pipSource(source, support);
  }
}

/** The local mirror when there is one, then the sources of the manifest. */
export function pullSources(wish: MirrorWish, mirror: string | undefined): PullSource[] {
  const local = mirror === undefined ? [] : [mirrorSource(path.resolve(mirror), wish)];
  return [...local, ...wish.manifest.sources.map((source) => remoteSource(source, wish.support))];
}
