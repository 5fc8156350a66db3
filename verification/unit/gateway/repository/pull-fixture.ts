/** A models folder with one manifest and a server that offers its files: what each test of a pull begins with. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { converterWorkshop } from '../../../../gateway/cli/converter-workshop.ts';
import { RepositoryError } from '../../../../gateway/repository/repository-error.ts';
import type { Manifest, ManifestSource } from '../../../../gateway/repository/manifest.ts';
import { pullModel, type PulledVersion } from '../../../../gateway/repository/pull-model.ts';
import type { PullProgress } from '../../../../gateway/repository/transfer-meter.ts';
import { madeUpFiles, manifestOf, TemporaryFolders } from '../../../support/made-up-model.ts';
import { startModelMirror, type Misbehaviour, type ModelMirror } from '../../../support/model-mirror.ts';

export interface PullOptions {
  readonly sources?: readonly ManifestSource[];
  /** Instead of the one that lists the fixture's own files. */
  readonly manifest?: Manifest;
  readonly shippedFolder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly mirror?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
}

export class PullFixture {
  readonly files = madeUpFiles();
  readonly folders = new TemporaryFolders();
  readonly #servers: ModelMirror[] = [];
  folder = '';

  async begin(): Promise<void> {
    this.folder = path.join(await this.folders.make(), 'made-up');
    await mkdir(this.folder);
    await writeFile(path.join(this.folder, 'labels.txt'), 'a\nb\n');
  }

  async end(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      await server.close();
    }
    await this.folders.remove();
  }

  /** A server of the given archive at `/made-up.tar.gz`. */
  async archiveServer(archive: Buffer, behaviour: Misbehaviour = {}): Promise<ModelMirror> {
    const server = await startModelMirror(behaviour);
    this.#servers.push(server);
    server.serve('/made-up.tar.gz', archive);
    return server;
  }

  /** A server of the single files below `/files`. */
  async filesServer(behaviour: Misbehaviour = {}): Promise<ModelMirror> {
    const server = await startModelMirror(behaviour);
    this.#servers.push(server);
    for (const [filePath, content] of Object.entries(this.files)) {
      server.serve(`/files/${filePath}`, content);
    }
    return server;
  }

  async pull(options: PullOptions): Promise<PulledVersion[]> {
    return pullModel({
      name: 'made-up',
      folder: this.folder,
      shippedFolder: options.shippedFolder,
      manifest: options.manifest ?? manifestOf(this.files, options.sources ?? []),
      mirror: options.mirror,
      support: { environment: options.environment ?? {}, workshop: converterWorkshop },
      onProgress: options.onProgress ?? ((): void => undefined),
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** The sentence with which a pull is refused. */
  async refusal(options: PullOptions): Promise<string> {
    try {
      await this.pull(options);
    } catch (failure) {
      if (failure instanceof RepositoryError) {
        return failure.message;
      }
      throw failure;
    }
    throw new Error('the pull succeeded');
  }

  /** What is in the version folder, or `undefined` when there is none. */
  async installed(): Promise<Record<string, Buffer> | undefined> {
    const folder = path.join(this.folder, '7');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) {
      return undefined;
    }
    const contents: Record<string, Buffer> = {};
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      contents[path.relative(this.folder, file)] = await readFile(file);
    }
    return contents;
  }

  /** Names in the model's folder. */
  async names(): Promise<string[]> {
    return (await readdir(this.folder)).sort();
  }
}

export const archiveAt = (server: ModelMirror): ManifestSource => ({
  kind: 'archive',
  url: `${server.address}/made-up.tar.gz`,
});

export const filesAt = (server: ModelMirror): ManifestSource => ({
  kind: 'files',
  baseUrl: `${server.address}/files`,
});
