/** Takes off what wrapping a model in training puts before the names of all its parameters. */

/** By `DataParallel` and by `torch.compile`; both around one model are two. */
const prefixes = ['module.', '_orig_mod.'];
const mostPrefixes = 4;

/** A prefix that only some names have is part of the model and stays. */
export function withoutWrapperNames<T>(named: ReadonlyMap<string, T>): Map<string, T> {
  let entries = [...named];
  for (let taken = 0; taken < mostPrefixes; taken += 1) {
    const prefix = prefixes.find((candidate) => entries.every(([name]) => name.startsWith(candidate)));
    if (prefix === undefined) break;
    entries = entries.map(([name, value]) => [name.slice(prefix.length), value]);
  }
  return new Map(entries);
}
