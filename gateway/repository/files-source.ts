/** A model version whose files lie one by one below an address. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { download } from './download.ts';
import { isReadable } from './is-readable.ts';
import type { PullSource } from './source-task.ts';
import { totalSize, unknownSizeBytes } from './version-files.ts';

export function filesSource(baseUrl: string): PullSource {
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
