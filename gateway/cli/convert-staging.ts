/** Keeps everything a conversion writes in one hidden folder until all of it can be put in place at once. */
import { mkdtemp, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { errorCode } from '../repository/file-system-words.ts';
import { RepositoryError } from '../repository/repository-error.ts';

export interface Move {
  /** Below the staging folder. */
  readonly from: string;
  readonly to: string;
}

export class Staging {
  /** On the same disk as what it becomes, so that placing is renaming. */
  readonly folder: string;
  readonly #base: string;
  /** The first folder on the way to the base that was not there before. */
  readonly #created: string | undefined;
  #isPlaced = false;

  private constructor(base: string, folder: string, created: string | undefined) {
    this.#base = base;
    this.folder = folder;
    this.#created = created;
  }

  /**
   * @param base the folder where the results will lie; made when it is not there.
   * @throws RepositoryError when nothing can be written there.
   */
  static async open(base: string): Promise<Staging> {
    try {
      const created = await makeFolder(base);
      return new Staging(base, await mkdtemp(path.join(base, '.convert-')), created);
    } catch (cause) {
      throw unwritable(base, cause);
    }
  }

  /**
   * All of it or nothing; what was in the places before is gone afterwards.
   *
   * @throws RepositoryError when a place cannot be written.
   */
  async place(moves: readonly Move[]): Promise<void> {
    const undo: (() => Promise<void>)[] = [];
    try {
      for (const [index, { from, to }] of moves.entries()) {
        if (await exists(to)) {
          const aside = path.join(this.folder, `before-${index}`);
          await rename(to, aside);
          undo.push(() => rename(aside, to));
        }
        await rename(from, to);
        undo.push(() => rename(to, from));
      }
      this.#isPlaced = true;
    } catch (cause) {
      for (const step of undo.reverse()) await step();
      throw unwritable(this.#base, cause);
    }
  }

  /** Takes away the staging folder, and the folders made for it when nothing was placed there. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    if (this.#created === undefined || this.#isPlaced) return;
    let folder = path.resolve(this.#base);
    const last = path.resolve(this.#created);
    // Somebody else's files keep a folder alive, and those above it.
    while (folder.startsWith(last) && (await removed(folder))) folder = path.dirname(folder);
  }
}

export async function exists(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

async function removed(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}

function unwritable(base: string, cause: unknown): RepositoryError {
  return new RepositoryError(
    `Nothing can be written to ${base} (${errorCode(cause)}); choose another --output or correct its permissions.`,
    { cause },
  );
}
