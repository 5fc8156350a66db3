/** Picks the fields of a message of known names out of its text, and refuses all others with their place. */
import type { TextField, TextMessage, TextValue } from './text-proto.ts';
import { textFault } from './text-tokens.ts';

export class TextFields {
  private readonly message: TextMessage;

  /** @throws ServingError `invalid-input` for a field whose name is not among `names` */
  constructor(message: TextMessage, names: readonly string[]) {
    this.message = message;
    const other = message.fields.find(({ name }) => !names.includes(name));
    if (other === undefined) return;
    throw textFault(
      other.position,
      `There is no field "${other.name}" here; ${names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`}.`,
    );
  }

  all(name: string): readonly TextValue[] {
    return this.message.fields.filter((field) => field.name === name).map(({ value }) => value);
  }

  /** @throws ServingError `invalid-input` when there are several */
  one(name: string): TextValue | undefined {
    const [first, second]: readonly TextField[] = this.message.fields.filter((field) => field.name === name);
    if (second !== undefined) throw textFault(second.position, `"${name}" stands twice in one message.`);
    return first?.value;
  }

  messages(name: string): readonly TextMessage[] {
    return this.all(name).map(readMessage);
  }

  oneMessage(name: string): TextMessage | undefined {
    const value = this.one(name);
    return value === undefined ? undefined : readMessage(value);
  }

  /** Empty when absent. */
  oneText(name: string): string {
    const value = this.one(name);
    if (value === undefined) return '';
    if (value.kind === 'string') return value.text;
    throw textFault(value.position, `"${name}" takes a text in quotes.`);
  }
}

function readMessage(value: TextValue): TextMessage {
  if (value.kind === 'message') return value;
  throw textFault(value.position, 'A message in { } is expected here.');
}

/**
 * Decimal, octal or hexadecimal.
 *
 * @throws ServingError `invalid-input` for what is no whole number from 0 on
 */
export function readTextInteger(value: TextValue): number {
  const text = value.kind === 'word' ? value.text : '';
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (/^(0[0-7]*|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(text) && Number.isSafeInteger(number)) return number;
  throw textFault(value.position, 'A whole number from 0 on is expected here.');
}
