/** A wheel with trained weights, the manifest that describes it, and the pip of this machine that can fetch it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Manifest } from '../../gateway/repository/manifest.ts';
import type { PipManifestSource } from '../../gateway/repository/manifest-source.ts';
import { tinyCheckpoint } from '../unit/converter/architectures/tiny-checkpoint.ts';
import { zipBytes, type Packed } from '../unit/converter/readers/checkpoint/zip-bytes.ts';
import { safetensorsBytes } from './safetensors-file.ts';

export const pipReason =
  spawnSync('python3', ['-m', 'pip', '--version']).status === 0 ? '' : ' (skipped: python3 has no pip)';

/** pip with nothing but a folder to look into: no network, no settings of this machine. */
export function offlineIndex(folder: string): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder, PIP_CONFIG_FILE: '/dev/null' };
}

/** The weights of a network with three classes, as a safetensors file. */
export const tinyWeights = (): Buffer => safetensorsBytes(tinyCheckpoint());

export const weightsPath = 'made_up_weights/tiny.pth';

/** Writes `made-up-weights` 1.0 with the given files beside what every wheel has. */
export async function writeWheel(folder: string, files: readonly Packed[]): Promise<void> {
  const about = 'made_up_weights-1.0.dist-info';
  const texts = {
    [`${about}/METADATA`]: 'Metadata-Version: 2.1\nName: made-up-weights\nVersion: 1.0\n',
    [`${about}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${about}/RECORD`]: '',
  };
  const standard = Object.entries(texts).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'made_up_weights-1.0-py3-none-any.whl'),
    zipBytes([...files, ...standard]),
  );
}

/** The source of the weights in the wheel; `changes` are lies about it. */
export function pipSourceOf(weights: Buffer, changes: Partial<PipManifestSource> = {}): PipManifestSource {
  return {
    kind: 'pip',
    package: 'made-up-weights',
    version: '1.0',
    weights: {
      path: weightsPath,
      size: weights.length,
      sha256: createHash('sha256').update(weights).digest('hex'),
    },
    convert: { architecture: 'cifar-resnet', backgroundClass: true },
    ...changes,
  };
}

export function pipManifestOf(source: PipManifestSource): Manifest {
  return {
    title: 'Made here',
    licence: 'CC0-1.0',
    sources: [source],
    defaultVersion: 1,
    files: [],
    classes: 4,
  };
}
