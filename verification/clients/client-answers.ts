/** Reads what clients print, and compares it with what it should be. */
import { expect } from 'chai';

/** Between the probabilities of two ways to one answer: sums in another order, and what text leaves of 32 bits. */
const mostDifference = 2e-5;

/** Throws for JSON that is no object. */
export function parsed(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${text}`);
  return value;
}

export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** The list at the end of a path of keys. */
export function listIn(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  let found = value;
  for (const key of keys) found = fieldsOf(found).get(key);
  if (!Array.isArray(found)) throw new Error(`there is no list at ${keys.join('.')}`);
  return found;
}

/** Equal, but for rounding in numbers and the wording of a refusal. */
export function expectAlike(ours: unknown, theirs: unknown, where: string): void {
  if (typeof theirs === 'number') expect(ours, where).to.be.closeTo(theirs, mostDifference);
  else if (typeof theirs !== 'object' || theirs === null) expect(ours, where).to.equal(theirs);
  else {
    expect(typeof ours, where).to.equal('object');
    const [left, right] = [fieldsOf(ours), fieldsOf(theirs)];
    expect([...left.keys()].sort(), where).to.deep.equal([...right.keys()].sort());
    for (const [key, value] of right) {
      if (key !== 'details') expectAlike(left.get(key), value, `${where}.${key}`);
    }
  }
}
