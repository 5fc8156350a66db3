/** Finds files that import each other in a circle. */
import type { SourceFile } from './source-file.ts';

/** Each circle once, as the files along it with the first repeated at the end. */
export function importCycles(sources: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ file }) => (file === undefined ? [] : [file])),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[][] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) cycles.push([...way.slice(at), file]);
    if (at >= 0 || finished.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
}
