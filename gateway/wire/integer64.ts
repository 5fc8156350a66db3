/** 64-bit integers, which both formats write as decimal texts, as numbers. */

/** A 64-bit integer in a message; always a decimal text when it was read. */
export type Integer64 = string | number;

/** @returns `undefined` for what is no integer, or one that a number cannot hold exactly */
export function readInteger64(value: unknown): number | undefined {
  const isInteger = typeof value === 'string' ? /^-?\d{1,19}$/.test(value) : typeof value === 'number';
  const number = Number(value);
  return isInteger && Number.isSafeInteger(number) ? number : undefined;
}
