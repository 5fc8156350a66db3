/** Cuts a text that is too long in the middle, where the names of files differ least. */

/** At most `longest` characters, with … for what was left out. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const tail = Math.floor((longest - 1) / 2);
  return `${characters.slice(0, longest - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
