/** Command-line flags of settings: `--ic-port 80`, `--ic-port=80`, and which of the given ones belong to nobody. */
import { flagOf, type AnySetting, type GivenValue } from './environment.ts';

export interface ParsedFlags {
  /** By variable; the last one wins when a flag is given twice. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** What belongs to no setting, in order: a command's own flags and its operands. */
  readonly rest: readonly string[];
  /** One sentence for each flag without a value. */
  readonly faults: readonly string[];
}

/** Takes the flags of `settings` out of `words`; everything after a lone `--` is an operand. */
export function parseFlags(words: readonly string[], settings: readonly AnySetting[]): ParsedFlags {
  const byFlag = new Map(
    settings.flatMap((setting) => namesOf(setting).map((flag) => [flag, setting] as const)),
  );
  const given = new Map<string, GivenValue>();
  const rest: string[] = [];
  const faults: string[] = [];

  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') {
      rest.push(...words.slice(index));
      break;
    }
    const [flag, attached] = splitAtEquals(word);
    const setting = byFlag.get(flag);
    if (setting === undefined) {
      rest.push(word);
      continue;
    }
    const following = words[index + 1];
    if (attached === undefined && following !== undefined && !following.startsWith('--')) index += 1;
    const value =
      attached ?? (following?.startsWith('--') === true ? undefined : following) ?? setting.bareText;
    if (value === undefined || value === '')
      faults.push(`${flag} has no value; expected ${setting.form.expected}.`);
    else given.set(setting.variable, { text: value, origin: flag });
  }
  return { given, rest, faults };
}

/** One sentence for each of `words`, none of which anybody knows; with the nearest flag when one is near. */
export function unknownWords(words: readonly string[], settings: readonly AnySetting[]): readonly string[] {
  const known = settings.flatMap(namesOf);
  return words.flatMap((word, index) => {
    if (word === '--' || isValueOf(words[index - 1], word)) return [];
    if (!word.startsWith('-')) return [`"${word}" is not expected here; options start with --.`];
    const [flag] = splitAtEquals(word);
    const nearest = nearestTo(flag, known);
    const advice = nearest === undefined ? '--help lists them all.' : `did you mean ${nearest}?`;
    return [`There is no option ${flag}; ${advice}`];
  });
}

/** The word after an unknown flag is most likely that flag's value, and one fault is enough for both. */
function isValueOf(previous: string | undefined, word: string): boolean {
  return (
    previous?.startsWith('--') === true &&
    previous !== '--' &&
    !previous.includes('=') &&
    !word.startsWith('-')
  );
}

/** The setting's own flag and its aliases. */
export function namesOf(setting: AnySetting): readonly string[] {
  return [flagOf(setting), ...(setting.aliases ?? [])];
}

function splitAtEquals(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function nearestTo(flag: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(flag, name) }))
    .sort((one, other) => one.distance - other.distance);
  // A third of the letters: enough for a swapped pair, too little for a different word.
  return nearest !== undefined && nearest.distance <= Math.max(2, flag.length / 3) ? nearest.name : undefined;
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of from.split('').entries()) {
    const next = [line + 1];
    for (const [column, other] of to.split('').entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
