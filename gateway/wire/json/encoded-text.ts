/** A long text of JSON that is nothing but base64, as bytes: of a string that long, V8 makes pages of its own. */

export interface EncodedText {
  /** As it was sent, a view into the JSON. */
  readonly characters: Uint8Array;
  /** What it encodes. */
  readonly bytes: Uint8Array;
}

/** Of a value that JSON itself cannot give: its objects hold no bytes. */
export function isEncodedText(value: unknown): value is EncodedText {
  return (
    typeof value === 'object' &&
    value !== null &&
    'characters' in value &&
    value.characters instanceof Uint8Array
  );
}
