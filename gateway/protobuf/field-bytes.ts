/** How many bytes the fields of a message take: whoever knows it beforehand writes nested messages without a copy. */

/** Of a whole number, zero or more, as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

/** Of a field whose contents, be they bytes or a nested message, take so many. */
export function fieldBytes(field: number, length: number): number {
  return varintBytes(field * 8) + varintBytes(length) + length;
}

export function textFieldBytes(field: number, text: string): number {
  return fieldBytes(field, Buffer.byteLength(text));
}

/** @param value zero or more */
export function varintFieldBytes(field: number, value: number): number {
  return varintBytes(field * 8) + varintBytes(value);
}
