/** Takes a command's own flags out of its words and leaves those of the settings. */

export interface OwnFlags {
  /** Switches that were given. */
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** Everything else, in order. */
  readonly rest: readonly string[];
  readonly faults: readonly string[];
}

export interface FlagNames {
  readonly switches: readonly string[];
  readonly values: readonly string[];
}

export const helpFlags = ['--help', '-h'] as const;

export function wantsHelp({ switches }: OwnFlags): boolean {
  return helpFlags.some((flag) => switches.has(flag));
}

/** `--flag value` and `--flag=value`; the last one wins. Words after a lone `--` are left alone. */
export function takeOwnFlags(words: readonly string[], names: FlagNames): OwnFlags {
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  const faults: string[] = [];
  const known = [...names.switches, ...helpFlags];
  const pending = [...words];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const [flag = '', ...attached] = word.split('=');
    if (word === '--') {
      rest.push(word, ...pending.splice(0));
    } else if (known.includes(word)) {
      switches.add(word);
    } else if (names.values.includes(flag)) {
      const value = attached.length > 0 ? attached.join('=') : pending.shift();
      if (value === undefined || value === '') faults.push(`${flag} has no value.`);
      else values.set(flag, value);
    } else rest.push(word);
  }
  return { switches, values, rest, faults };
}
