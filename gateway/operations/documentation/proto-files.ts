/** The `.proto` files of the gRPC services, as clients import them. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export class ProtoFiles {
  /** Such as `tensorflow_serving/apis/predict.proto`; no other file is ever read. */
  readonly names: readonly string[];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.proto'))
      .map((name) => name.split(path.sep).join('/'))
      .sort();
  }

  /** @returns `undefined` when there is no file of that name */
  async read(name: string): Promise<string | undefined> {
    return this.names.includes(name) ? readFile(path.join(this.#folder, name), 'utf8') : undefined;
  }
}
