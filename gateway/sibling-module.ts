/** Finds a thread's entry module beside another module, in the sources as well as in the compiled output. */

/** Compiling rewrites `.ts` in imports but not in strings, so the ending is taken from the asking module. */
export function siblingModule(name: string, importer: string): URL {
  const ending = importer.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./${name}${ending}`, importer);
}
