/** Models of arbitrary bytes: files, the manifest that describes them, and folders that hold them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Manifest, ManifestSource } from '../../gateway/repository/manifest.ts';
import { tarArchive, type ArchiveEntry } from './tar-archive.ts';

/** Content by path below the model folder. */
export type ModelFiles = Readonly<Record<string, Buffer>>;

/** Bytes that do not compress, the same in every run. */
export function noise(length: number, seed: string): Buffer {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < length; index += 1) {
    blocks.push(createHash('sha256').update(`${seed} ${index}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** A small graph and 400 kB of weights, under version 7. */
export function madeUpFiles(): ModelFiles {
  return {
    '7/saved_model.pb': noise(3_000, 'graph'),
    '7/variables/variables.index': noise(700, 'index'),
    '7/variables/variables.data-00000-of-00001': noise(400_000, 'weights'),
  };
}

/** git's own word for the id of a blob. */
export function gitBlobOf(content: Buffer): string {
  return execFileSync('git', ['hash-object', '--stdin'], { input: content, encoding: 'utf8' }).trim();
}

export function manifestOf(files: ModelFiles, sources: readonly ManifestSource[]): Manifest {
  return {
    title: 'A made-up model',
    licence: 'CC0-1.0',
    licenceSource: 'https://creativecommons.org/publicdomain/zero/1.0/',
    sources: [...sources],
    defaultVersion: 7,
    files: Object.entries(files).map(([filePath, content], index) => ({
      path: filePath,
      size: content.length,
      checksums: [
        index % 2 === 0
          ? { sha256: createHash('sha256').update(content).digest('hex') }
          : { gitBlob: gitBlobOf(content) },
      ],
    })),
  };
}

/** The files as an archive, below a folder of their own as published archives have them. */
export function archiveOf(files: ModelFiles, more: readonly ArchiveEntry[] = []): Buffer {
  return tarArchive([
    { path: './published_name/', type: '5' },
    ...Object.entries(files).map(([filePath, content]) => ({
      path: `./published_name/${filePath}`,
      content,
    })),
    ...more,
  ]);
}

export async function writeFiles(folder: string, files: ModelFiles): Promise<void> {
  for (const [filePath, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, filePath)), { recursive: true });
    await writeFile(path.join(folder, filePath), content);
  }
}

/** Folders for one test each, removed together. */
export class TemporaryFolders {
  readonly #folders: string[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'fovea-models-'));
    this.#folders.push(folder);
    return folder;
  }

  async remove(): Promise<void> {
    for (const folder of this.#folders.splice(0)) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
