/** Floats of 16 bits with the range of 32-bit ones (bfloat16), as numbers and back: the upper half of a 32-bit float. */

const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return number[0] ?? 0;
}

/** The bits of the nearest one, of two equally near ones the even one; too large a number becomes infinity. */
export function toBfloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  number[0] = value;
  let whole = bits[0] ?? 0;
  const rounded = number[0];
  // Rounding twice could go up twice: first everything is cut off, and the last bit says whether there was more.
  if (Math.abs(rounded) > Math.abs(value)) whole -= 1;
  if (rounded !== value) whole |= 1;
  const rest = whole & 0xffff;
  const half = whole >>> 16;
  return rest > 0x8000 || (rest === 0x8000 && half % 2 === 1) ? half + 1 : half;
}
