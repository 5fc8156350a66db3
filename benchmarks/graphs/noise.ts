/** Numbers that look like weights or pixels to a processor: the same in every run, none of them denormal. */

/** Between -scale and scale. */
export function noise(length: number, scale = 1): Float32Array {
  const values = new Float32Array(length);
  let state = 0x2545f491;
  for (let index = 0; index < length; index += 1) {
    // A 32-bit linear congruential generator; its upper bits are the good ones, and enough here.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    values[index] = (state / 2 ** 31) * scale;
  }
  return values;
}
