/** Counts what a JSON text will take memory for, without parsing it. */

export interface JsonWeight {
  /** Commas: one less than the values of a list or an object. */
  readonly values: number;
  readonly lists: number;
  readonly objects: number;
  /** Two for each text. */
  readonly quotes: number;
}

const comma = 0x2c;
const bracket = 0x5b;
const brace = 0x7b;
const quote = 0x22;

/** Marks inside texts count too, so it is never too low. */
export function weighJson(text: Uint8Array): JsonWeight {
  let values = 0;
  let lists = 0;
  let objects = 0;
  let quotes = 0;
  for (const byte of text) {
    if (byte === comma) values += 1;
    else if (byte === bracket) lists += 1;
    else if (byte === brace) objects += 1;
    else if (byte === quote) quotes += 1;
  }
  return { values, lists, objects, quotes };
}
