/** A model version out of a tar archive: downloaded, or at hand already. */
import path from 'node:path';

import { download } from './download.ts';
import { extractArchive } from './extract-archive.ts';
import { isReadable } from './is-readable.ts';
import type { PullSource, SourceTask } from './source-task.ts';
import { mostBytes } from './version-files.ts';

/** Fills the task's folder from an archive on this machine. */
export async function unpackArchive(archive: string, task: SourceTask): Promise<void> {
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

export function archiveSource(url: string): PullSource {
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
      await unpackArchive(archive, task);
    },
  };
}
