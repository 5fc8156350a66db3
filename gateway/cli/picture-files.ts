/** Turns the files and folders of a command line into a sorted list of picture files. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface PictureFiles {
  readonly files: readonly string[];
  /** One sentence for each word that names nothing and each folder that cannot be read. */
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
      const { files: inside, faults: unreadable } = await picturesBelow(word, endings);
      faults.push(...unreadable);
      if (inside.length === 0 && unreadable.length === 0)
        faults.push(`The folder ${word} holds no picture (${endings.join(', ')}).`);
      files.push(...inside);
    }
  }
  return { files, faults };
}

async function picturesBelow(folder: string, endings: readonly string[]): Promise<PictureFiles> {
  const files: string[] = [];
  const faults: string[] = [];
  const folders = [folder];
  for (let place = folders.pop(); place !== undefined; place = folders.pop()) {
    const entries = await readdir(place, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) faults.push(`The folder ${place} cannot be read; check its permissions.`);
    for (const entry of entries ?? []) {
      const whole = path.join(place, entry.name);
      if (entry.isDirectory()) folders.push(whole);
      else if (endings.includes(path.extname(entry.name).toLowerCase()) && (await isFile(whole)))
        files.push(whole);
    }
  }
  return { files: files.sort(), faults };
}

/** Links to files count; links to folders do not, since they may lead in circles. */
async function isFile(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
}
