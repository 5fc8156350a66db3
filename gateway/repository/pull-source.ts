/** The places a model version can come from, each able to fill a folder with its files. */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { download } from './download.ts';
import { extractArchive } from './extract-archive.ts';
import type { ManifestSource } from './manifest.ts';
import { SourceFailure } from './source-failure.ts';
import type { TransferMeter } from './transfer-meter.ts';
import { totalSize, type VersionFile } from './version-files.ts';

export interface SourceTask {
  readonly version: number;
  readonly files: readonly VersionFile[];
  /** Where this source may keep what has arrived between pulls. */
  readonly workFolder: string;
  /** An existing folder that becomes the version folder. */
  readonly readyFolder: string;
  readonly meter: TransferMeter;
  readonly signal: AbortSignal;
}

export interface PullSource {
  /** Address or folder, for progress and for sentences. */
  readonly place: string;
  /**
   * Fills `readyFolder`; what is there is verified afterwards.
   *
   * @throws SourceFailure when this source cannot; the next one is tried.
   */
  readonly fetch: (task: SourceTask) => Promise<void>;
}

/** Room for what an archive holds beside the listed files, such as folders, a read-me or other versions. */
const slackBytes = 64 * 1024 * 1024;
/** Taken for a file whose size the manifest does not know. */
const unknownSizeBytes = 4 * 1024 * 1024 * 1024;

function mostBytes(files: readonly VersionFile[]): number {
  return files.reduce((sum, file) => sum + (file.size ?? unknownSizeBytes), slackBytes);
}

function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function unpack(archive: string, task: SourceTask): Promise<void> {
  task.meter.stage('unpack');
  await extractArchive({
    archive,
    version: task.version,
    files: task.files,
    folder: task.readyFolder,
    maximumBytes: mostBytes(task.files),
    signal: task.signal,
  });
}

function archiveSource(url: string): PullSource {
  return {
    place: url,
    fetch: async (task) => {
      const { meter, signal } = task;
      const archive = path.join(task.workFolder, 'archive');
      if (!(await isReadable(archive))) {
        meter.begin(url, undefined);
        await download({
          address: url,
          partialFile: `${archive}.part`,
          file: archive,
          size: undefined,
          maximumBytes: mostBytes(task.files),
          signal,
          onTotal: (totalBytes) => {
            meter.expect(totalBytes);
          },
          onMoved: (position, gained) => {
            meter.moved(position, gained);
          },
        });
      }
      await unpack(archive, task);
    },
  };
}

function filesSource(baseUrl: string): PullSource {
  return {
    place: baseUrl,
    fetch: async (task) => {
      const { meter, signal } = task;
      meter.begin(baseUrl, totalSize(task.files));
      let finishedBytes = 0;
      for (const [index, file] of task.files.entries()) {
        const target = path.join(task.readyFolder, file.path);
        if (!(await isReadable(target))) {
          await mkdir(path.dirname(target), { recursive: true });
          const steps = file.path.split('/').map(encodeURIComponent).join('/');
          const before = finishedBytes;
          await download({
            address: `${baseUrl.replace(/\/+$/, '')}/${task.version}/${steps}`,
            partialFile: path.join(task.workFolder, `${index}.part`),
            file: target,
            size: file.size,
            maximumBytes: file.size ?? unknownSizeBytes,
            signal,
            onTotal: () => undefined,
            onMoved: (position, gained) => {
              meter.moved(before + position, gained);
            },
          });
        }
        finishedBytes += (await stat(target)).size;
        meter.moved(finishedBytes, 0);
      }
    },
  };
}

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

function mirrorSource(mirror: string, name: string, archiveNames: readonly string[]): PullSource {
  return {
    place: mirror,
    fetch: async (task) => {
      const folder = path.join(mirror, name, String(task.version));
      if (await isReadable(path.join(folder, 'saved_model.pb'))) {
        await copyFiles(folder, task);
        return;
      }
      for (const archive of archiveNames.map((archiveName) => path.join(mirror, archiveName))) {
        if (await isReadable(archive)) {
          task.meter.begin(archive, undefined);
          await unpack(archive, task);
          return;
        }
      }
      const wanted = [`${name}/${task.version}/saved_model.pb`, ...archiveNames].join(' or ');
      throw new SourceFailure('refused', `MODEL_MIRROR holds no ${wanted}`);
    },
  };
}

/** File names under which the archives of a manifest are looked for in a mirror. */
export function archiveNamesOf(sources: readonly ManifestSource[]): string[] {
  return sources.flatMap((source) =>
    source.kind === 'archive' ? [path.posix.basename(new URL(source.url).pathname)] : [],
  );
}

/** The sources in the order to try: the local mirror when there is one, then those of the manifest. */
export function pullSources(
  name: string,
  sources: readonly ManifestSource[],
  mirror: string | undefined,
): PullSource[] {
  const local =
    mirror === undefined ? [] : [mirrorSource(path.resolve(mirror), name, archiveNamesOf(sources))];
  const remote = sources.map((source) =>
    source.kind === 'archive' ? archiveSource(source.url) : filesSource(source.baseUrl),
  );
  return [...local, ...remote];
}
