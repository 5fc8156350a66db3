/** Takes the flags of tensorflow_model_server out of a command line and leaves those of the settings. */
import { modelServerFlags, type ModelServerFlag } from './model-server-flags.ts';

export interface GivenModelServerFlags {
  /** The last value of each flag, by its name; a switch has `true` or `false`. */
  readonly values: ReadonlyMap<string, string>;
  /** Everything else, in order. */
  readonly rest: readonly string[];
  /** One sentence for each flag without effect, for the log. */
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

const flagsByWord = new Map(modelServerFlags.map((flag) => [`--${flag.name}`, flag]));
const switchValues: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
]);

/** `--flag=value` and `--flag value`; a switch alone is true. Words after a lone `--` are left alone. */
export function takeModelServerFlags(words: readonly string[]): GivenModelServerFlags {
  const values = new Map<string, string>();
  const rest: string[] = [];
  const faults: string[] = [];
  const pending = [...words];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const [head = '', ...attached] = word.split('=');
    const flag = flagsByWord.get(head);
    if (word === '--') rest.push(word, ...pending.splice(0));
    else if (flag === undefined) rest.push(word);
    else {
      const given = attached.length > 0 ? attached.join('=') : followingValue(flag, pending);
      const value = valueOf(flag, given);
      if (value === undefined) faults.push(`${head} is "${given ?? ''}"; expected ${expectedBy(flag)}.`);
      else if (flag.use === 'refused') faults.push(`${head} cannot be obeyed: ${flag.help}.`);
      else values.set(flag.name, value);
    }
  }
  return { values, rest, notes: notesOn(values), faults };
}

function followingValue({ form }: ModelServerFlag, pending: string[]): string | undefined {
  const [next] = pending;
  const isValue = form === 'switch' ? next === 'true' || next === 'false' : next?.startsWith('--') === false;
  return isValue ? pending.shift() : undefined;
}

function valueOf({ form }: ModelServerFlag, given: string | undefined): string | undefined {
  switch (form) {
    case 'switch':
      return given === undefined ? 'true' : switchValues.get(given.toLowerCase());
    case 'number':
      return given !== undefined && /^-?\d+(\.\d+)?$/.test(given) ? given : undefined;
    case 'port':
      return given !== undefined && /^\d{1,5}$/.test(given) && Number(given) <= 65_535 ? given : undefined;
    case 'text':
      return given === '' ? undefined : given;
  }
}

function expectedBy({ form }: ModelServerFlag): string {
  const words = {
    switch: 'true or false',
    number: 'a number',
    port: 'a whole number from 0 to 65535',
    text: 'a text',
  };
  return words[form];
}

function notesOn(values: ReadonlyMap<string, string>): readonly string[] {
  return modelServerFlags
    .filter(({ name, use }) => use === 'ignored' && values.has(name))
    .map(({ name, help }) => `--${name} has no effect: ${help}.`);
}
