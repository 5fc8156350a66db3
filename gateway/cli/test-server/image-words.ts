/** Takes the pictures out of the words of a command line: everything between `--images` and the next flag. */

export interface ImageWords {
  /** Files and folders, in order. */
  readonly places: readonly string[];
  readonly rest: readonly string[];
  readonly faults: readonly string[];
}

const imageFlags = ['--images', '--image'];

export function takeImages(words: readonly string[]): ImageWords {
  const places: string[] = [];
  const rest: string[] = [];
  const faults: string[] = [];
  const pending = [...words];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const [flag = '', ...attached] = word.split('=');
    if (!imageFlags.includes(flag)) {
      rest.push(word);
      continue;
    }
    const length = pending.findIndex((next) => next.startsWith('--'));
    const found = [
      ...(attached.length > 0 ? [attached.join('=')] : []),
      ...pending.splice(0, length < 0 ? pending.length : length),
    ].filter((place) => place !== '');
    if (found.length === 0) faults.push(`${flag} has no value; name picture files or folders.`);
    places.push(...found);
  }
  return { places, rest, faults };
}
