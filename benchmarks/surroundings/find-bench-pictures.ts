/** The pictures to measure with: given ones, shared photographs, or the small ones the project makes itself. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface FindBenchPicturesOptions {
  readonly folder?: string | undefined;
  readonly shared: string;
  readonly own: string;
}

export interface BenchPictures {
  readonly folder: string;
  /** Absolute paths, in alphabetical order. */
  readonly files: readonly string[];
}

/** @throws Error when a given folder holds no JPEG, or none was found at all */
export async function findBenchPictures(options: FindBenchPicturesOptions): Promise<BenchPictures> {
  const places =
    options.folder === undefined
      ? [
          { folder: options.shared, pattern: /\.jpe?g$/i },
          { folder: options.own, pattern: /^baseline-4\d\d\.jpg$/ },
        ]
      : [{ folder: options.folder, pattern: /\.jpe?g$/i }];
  for (const { folder, pattern } of places) {
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => pattern.test(name)).sort();
    if (files.length > 0) return { folder, files: files.map((name) => path.resolve(folder, name)) };
  }
  throw new Error(`There is no JPEG in ${places.map(({ folder }) => folder).join(' or ')}.`);
}

/** At most `count` of the files, spread evenly over the list. */
export function spread(files: readonly string[], count: number): readonly string[] {
  if (files.length <= count) return files;
  return Array.from({ length: count }, (_, index) => files[Math.floor((index * files.length) / count)] ?? '');
}
