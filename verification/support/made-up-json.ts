/** Makes up JSON values near a given one, the same in every run. */

/** Numbers from 0 up to below 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const pick = <Value>(random: () => number, values: readonly [Value, ...Value[]]): Value =>
  values[Math.floor(random() * values.length)] ?? values[0];

const strangers: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  1,
  -1,
  2.5,
  'text',
  '',
  [],
  {},
  ['a'],
  [[1]],
  { a: 1 },
];

/** The value with one part of it, at any depth, left out, doubled or replaced by something of another kind. */
export function changed(value: unknown, random: () => number): unknown {
  if (random() < 0.25) return pick(random, strangers);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const place = Math.floor(random() * list.length);
    if (list.length === 0) return [pick(random, strangers)];
    if (random() < 0.2) return list.toSpliced(place, 1);
    if (random() < 0.2) return [...list, list[place]];
    return list.with(place, changed(list[place], random));
  }
  if (typeof value === 'object' && value !== null) {
    const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
    const [name, member] = entries[Math.floor(random() * entries.length)] ?? ['stranger', null];
    if (random() < 0.2) return Object.fromEntries(entries.filter(([other]) => other !== name));
    if (random() < 0.2) return { ...value, stranger: pick(random, strangers) };
    return { ...value, [name]: changed(member, random) };
  }
  return pick(random, strangers);
}
