/** A model version out of a local folder: as files, as the archive, or as the weights it is made from. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { unpackArchive } from './archive-source.ts';
import { isReadable } from './is-readable.ts';
import type { Manifest, ManifestSource } from './manifest.ts';
import { convertWeights, type PipSupport } from './pip-source.ts';
import { SourceFailure } from './source-failure.ts';
import type { PullSource, SourceTask } from './source-task.ts';
import { filesOfVersion, totalSize } from './version-files.ts';

async function copyFiles(from: string, task: SourceTask): Promise<void> {
  task.meter.begin(from, totalSize(task.files));
  let copiedBytes = 0;
  for (const file of task.files) {
    const origin = path.join(from, file.path);
    if (!(await isReadable(origin))) {
      throw new SourceFailure('refused', `it does not hold ${file.path}`);
    }
    const target = path.join(task.readyFolder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    const counted = async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        copiedBytes += chunk.length;
        task.meter.moved(copiedBytes, chunk.length);
        yield chunk;
      }
    };
    const content = createReadStream(origin, { highWaterMark: 1 << 20 });
    await pipeline(content, counted, createWriteStream(target), { signal: task.signal });
  }
}

/** What a mirror is asked for. */
export interface MirrorWish {
  readonly name: string;
  readonly manifest: Manifest;
  readonly support: PipSupport;
}

/** The name under which a mirror may hold what a source gives. */
function fileNameOf(source: ManifestSource): string | undefined {
  if (source.kind === 'archive') return path.posix.basename(new URL(source.url).pathname);
  return source.kind === 'pip' ? path.posix.basename(source.weights.path) : undefined;
}

interface MirroredVersion {
  readonly name: string;
  readonly version: number;
  readonly manifest: Manifest;
}

/** What a mirror may hold of a version, one of which is enough: its folder, its archive, its weights. */
export function mirrorNamesOf({ name, version, manifest }: MirroredVersion): string[] {
  // Files that are made here are known to nobody beforehand, so that a folder of them proves nothing.
  const isListed = filesOfVersion(manifest, version).length > 0;
  const files = manifest.sources.map(fileNameOf).filter((file) => file !== undefined);
  return isListed || files.length === 0 ? [`${name}/${version}/`, ...files] : files;
}

export function mirrorSource(mirror: string, { name, manifest, support }: MirrorWish): PullSource {
  return {
    place: mirror,
    fetch: async (task) => {
      const { version } = task;
      const folder = path.join(mirror, name, String(version));
      if (task.files.length > 0 && (await isReadable(path.join(folder, 'saved_model.pb')))) {
        await copyFiles(folder, task);
        return;
      }
      for (const source of manifest.sources) {
        const fileName = fileNameOf(source);
        const file = fileName === undefined ? undefined : path.join(mirror, fileName);
        if (file === undefined || !(await isReadable(file))) continue;
        task.meter.begin(file, undefined);
        if (source.kind === 'pip') await convertWeights(file, source, { task, support });
        else await unpackArchive(file, task);
        return;
      }
      const wanted = mirrorNamesOf({ name, version, manifest }).join(' or ');
      throw new SourceFailure('refused', `MODEL_MIRROR holds no ${wanted}`);
    },
  };
}
