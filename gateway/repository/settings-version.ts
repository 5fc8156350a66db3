/** The number of a version that MLServer knows by any text. */

/** As many thousands in one part would run into the next. */
const partLimit = 1000;

/**
 * `3` and `v3` are 3; `v1.2` and `1.2.3` are numbers in the same order as those versions: 1 002 000 and 1 002 003.
 *
 * @returns `undefined` for any other text, which tells no order
 */
export function versionNumberOf(text: string): number | undefined {
  const whole = /^v?(\d{1,15})$/i.exec(text)?.[1];
  if (whole !== undefined) return Number(whole);
  const parts = /^v?(\d{1,6})\.(\d{1,3})(?:\.(\d{1,3}))?$/i.exec(text);
  if (parts === null) return undefined;
  const [, major = 0, minor = 0, patch = 0] = parts;
  return (Number(major) * partLimit + Number(minor)) * partLimit + Number(patch);
}
