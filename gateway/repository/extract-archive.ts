/** Takes the files of one model version out of a tar archive, refusing whatever could write outside the folder. */
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

import { Parser, type ReadEntry } from 'tar';

import { isInsidePath } from './relative-path.ts';
import { SourceFailure } from './source-failure.ts';
import type { VersionFile } from './version-files.ts';

export interface ExtractRequest {
  readonly archive: string;
  readonly version: number;
  readonly files: readonly VersionFile[];
  /** An existing folder that becomes the version folder. */
  readonly folder: string;
  /** The most bytes that all entries together may unpack to. */
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
}

/** Compressed weights rarely shrink tenfold; far beyond that the archive is a decompression bomb. */
const maximumDecompressionRatio = 500;

const fileTypes: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];
const folderTypes: readonly string[] = ['Directory', 'GNUDumpDir'];
/** Damage that the parser reports as a warning; other warnings are about details that do not matter here. */
const damageCodes: readonly string[] = [
  'TAR_BAD_ARCHIVE',
  'TAR_ABORT',
  'TAR_ENTRY_INVALID',
  'TAR_ENTRY_ERROR',
];

function refusal(words: string): SourceFailure {
  return new SourceFailure('wrong-content', words);
}

/** The path of an entry without the `./` that some programs put in front and the `/` behind a folder. */
function cleanPath(entry: ReadEntry): string {
  return entry.path.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
}

function refuseDangerous(entry: ReadEntry): void {
  const shown = JSON.stringify(entry.path);
  const cleaned = cleanPath(entry);
  if (cleaned !== '' && cleaned !== '.' && !isInsidePath(cleaned)) {
    throw refusal(`its entry ${shown} would land outside the model's folder, so the archive is refused`);
  }
  if (!fileTypes.includes(entry.type) && !folderTypes.includes(entry.type)) {
    throw refusal(
      `its entry ${shown} is a ${entry.type}; only files and folders are accepted, so the archive is refused`,
    );
  }
}

/** Writes entries as the parser meets them. */
class Extraction {
  readonly #request: ExtractRequest;
  readonly #written = new Set<VersionFile>();
  #unpackedBytes = 0;

  constructor(request: ExtractRequest) {
    this.#request = request;
  }

  take(entry: ReadEntry): void {
    refuseDangerous(entry);
    this.#unpackedBytes += entry.size;
    if (this.#unpackedBytes > this.#request.maximumBytes) {
      throw refusal(
        `it unpacks to more than the ${this.#request.maximumBytes} bytes to expect, so it is refused`,
      );
    }
    const wanted = fileTypes.includes(entry.type) ? this.#wanted(cleanPath(entry)) : undefined;
    if (wanted === undefined) {
      return;
    }
    if (this.#written.has(wanted)) {
      throw refusal(`it holds ${wanted.path} more than once, so it is refused`);
    }
    if (wanted.size !== undefined && wanted.size !== entry.size) {
      throw refusal(`${wanted.path} in it has ${entry.size} bytes where the manifest says ${wanted.size}`);
    }
    this.#written.add(wanted);
    this.#write(entry, path.join(this.#request.folder, wanted.path));
  }

  #wanted(entryPath: string): VersionFile | undefined {
    return this.#request.files.find((file) =>
      `/${entryPath}`.endsWith(`/${this.#request.version}/${file.path}`),
    );
  }

  /** Writes at once rather than through a stream, so that nothing is left open when a later entry is refused. */
  #write(entry: ReadEntry, file: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    closeSync(openSync(file, 'w'));
    entry.on('data', (chunk) => {
      const descriptor = openSync(file, 'a');
      try {
        writeSync(descriptor, chunk);
      } finally {
        closeSync(descriptor);
      }
    });
  }
}

/**
 * Extracts the wanted files, wherever in the archive their version folder lies.
 *
 * Files that are missing are not reported here: the verification that follows names them.
 *
 * @throws SourceFailure when the archive is damaged or holds an entry that is refused, and the signal's reason when
 * aborted.
 */
export async function extractArchive(request: ExtractRequest): Promise<void> {
  const extraction = new Extraction(request);
  const outcome: { fault?: Error } = {};
  const settle = (fault: Error): void => {
    outcome.fault ??= fault;
  };
  const parser = new Parser({
    maxDecompressionRatio: maximumDecompressionRatio,
    onReadEntry: (entry: ReadEntry): void => {
      try {
        if (outcome.fault === undefined) {
          extraction.take(entry);
        }
      } catch (cause) {
        settle(cause instanceof Error ? cause : refusal('the archive cannot be unpacked'));
      }
      entry.resume();
    },
    onwarn: (code: string): void => {
      if (damageCodes.includes(code)) {
        settle(refusal('the archive is damaged'));
      }
    },
  });
  const ended = new Promise<void>((resolve) => {
    parser.once('end', resolve);
    parser.on('error', (cause: unknown) => {
      settle(new SourceFailure('wrong-content', 'the archive is damaged', { cause }));
      resolve();
    });
  });
  const content: AsyncIterable<Buffer> = createReadStream(request.archive, { signal: request.signal });
  for await (const chunk of content) {
    parser.write(chunk);
    if (outcome.fault !== undefined) {
      throw outcome.fault;
    }
  }
  parser.end();
  await ended;
  if (outcome.fault !== undefined) {
    throw outcome.fault;
  }
}
