/** Reads values of a query string. */
import { ServingError } from '../../domain/errors.ts';
import { conforms } from '../../wire/openapi/conforms.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';

/** A value of a parsed query string; a list when the name came several times. */
export type QueryValue = string | string[] | undefined;

/** How many of something; the data plane knows the upper bound, which follows from the model. */
export const countSchema: JsonSchema = { type: 'integer', minimum: 1 };

const [falsehoods, truths] = [
  ['false', '0'],
  ['', 'true', '1'],
] as const;

export const switchSchema: JsonSchema = { type: 'string', enum: [...truths, ...falsehoods] };

/** What is there and not a whole number becomes NaN, which the data plane refuses with the range that holds for the model. */
export function countIn(value: QueryValue): number | undefined {
  if (value === undefined) return undefined;
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  return conforms(countSchema, count) ? count : NaN;
}

/**
 * `true` or `1`, `false` or `0`; the name alone means `true`, its absence `false`.
 *
 * @throws ServingError `invalid-input`
 */
export function switchIn(value: QueryValue, name: string): boolean {
  if (value === undefined) return false;
  if (typeof value === 'string' && conforms(switchSchema, value)) return truths.some((one) => one === value);
  throw new ServingError('invalid-input', `"${name}" must be true or false.`);
}
