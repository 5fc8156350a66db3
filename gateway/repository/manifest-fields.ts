/** The kinds of fields a manifest is made of, each with the sentence for when it is missing or wrong. */
import { z } from 'zod';

/** Says of a missing field to add it and of a wrong one what it must be. */
export function expecting(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return {
    error: (issue) => (issue.input === undefined ? `is missing; add ${what}` : `must be ${what}`),
  };
}

export function text(what: string): z.ZodString {
  return z.string(expecting(what)).regex(/\S/, `must be ${what}, not an empty text`);
}

export function webAddress(what: string): z.ZodString {
  const sentence = `${what} that begins with http:// or https://`;
  return z.string(expecting(sentence)).refine((address) => {
    const protocol = URL.canParse(address) ? new URL(address).protocol : '';
    return protocol === 'http:' || protocol === 'https:';
  }, `must be ${sentence}`);
}

export function digits(name: string, count: number): z.ZodString {
  const sentence = `the ${name} as ${count} lower-case hexadecimal digits`;
  return z.string(expecting(sentence)).regex(new RegExp(`^[0-9a-f]{${count}}$`), `must be ${sentence}`);
}

export function pattern(what: string, expression: RegExp): z.ZodString {
  return z.string(expecting(what)).regex(expression, `must be ${what}`);
}

export function byteCount(what: string): z.ZodInt {
  const sentence = `the number of bytes of ${what}, a whole number of one or more`;
  return z.int(expecting(sentence)).positive(`must be ${sentence}`);
}
