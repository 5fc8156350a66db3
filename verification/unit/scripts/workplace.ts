/** A folder with a clean and a prepared small tree, and copies of either for tests to spoil. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSmallTree, run, type Finished } from './small-tree.ts';

export class Workplace {
  readonly #folder: string;
  /** How the first start in a clean tree went. */
  readonly firstStart: Finished;
  #copies = 0;

  private constructor(folder: string, firstStart: Finished) {
    this.#folder = folder;
    this.firstStart = firstStart;
  }

  static async create(): Promise<Workplace> {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-bootstrap-')));
    const clean = path.join(folder, 'clean');
    const prepared = path.join(folder, 'prepared');
    await createSmallTree(clean);
    fs.cpSync(clean, prepared, { recursive: true });
    return new Workplace(folder, await run(prepared, ['scripts/start.mjs', '--port', '80']));
  }

  copy(state: 'clean' | 'prepared'): string {
    this.#copies += 1;
    const copy = path.join(this.#folder, `copy-${this.#copies}`);
    fs.cpSync(path.join(this.#folder, state), copy, { recursive: true, preserveTimestamps: true });
    return copy;
  }

  remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
