/** What the words of a command line give, in their order: pictures, and what is wrong with a word that gives none. */
import { findPictures } from './picture-files.ts';

export interface NamedPicture {
  /** The picture, or the word that leads to none. */
  readonly file: string;
  /** Why there is no picture; a sentence. */
  readonly fault?: string;
}

/** @param endings of the files that count as pictures inside a folder. */
export async function namedPictures(
  words: readonly string[],
  endings: readonly string[],
): Promise<readonly NamedPicture[]> {
  const named: NamedPicture[] = [];
  for (const word of words) {
    const { files, faults } = await findPictures([word], endings);
    named.push(...files.map((file) => ({ file })), ...faults.map((fault) => ({ file: word, fault })));
  }
  return named;
}
