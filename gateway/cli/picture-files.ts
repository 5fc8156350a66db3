/** Turns the files and folders of a command line into a sorted list of picture files. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface PictureFiles {
  readonly files: readonly string[];
  /** One sentence for each word that names nothing. */
  readonly faults: readonly string[];
}

/** A folder gives every file below it with one of the endings; a file is taken whatever its name. */
export async function findPictures(
  words: readonly string[],
  endings: readonly string[],
): Promise<PictureFiles> {
  const files: string[] = [];
  const faults: string[] = [];
  for (const word of words) {
    const found = await stat(word).catch(() => undefined);
    if (found === undefined) faults.push(`There is no file or folder ${word}.`);
    else if (!found.isDirectory()) files.push(word);
    else {
      const inside = await picturesBelow(word, endings);
      if (inside.length === 0) faults.push(`The folder ${word} holds no picture (${endings.join(', ')}).`);
      files.push(...inside);
    }
  }
  return { files, faults };
}

async function picturesBelow(folder: string, endings: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && endings.includes(path.extname(entry.name).toLowerCase()))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
