/** Cuts protobuf's text format into words, strings and signs, each with its place. */
import { ServingError } from '../../domain/errors.ts';

export interface TextPosition {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface TextToken {
  readonly kind: 'word' | 'string' | 'sign' | 'end';
  /** The characters; of a string what it stands for. */
  readonly text: string;
  readonly position: TextPosition;
}

const skipped = /(?:[ \t\r\v\f]+|#[^\n]*)/y;
/** Names, numbers with their sign, and what stands between the brackets of an Any. */
const word = /[-+]?[A-Za-z0-9_.][A-Za-z0-9_.+-]*/y;
const signs = '{}<>[]:,;/-';
const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

/** @throws ServingError `invalid-input` with line and column */
export function textFault(position: TextPosition, sentence: string): ServingError {
  return new ServingError('invalid-input', `Line ${position.line}, column ${position.column}: ${sentence}`);
}

export class TextTokens {
  private readonly text: string;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @throws ServingError `invalid-input` with line and column */
  next(): TextToken {
    this.skip();
    const position = { line: this.line, column: this.at - this.lineStart + 1 };
    const first = this.text.charAt(this.at);
    if (first === '') return { kind: 'end', text: '', position };
    if (first === '"' || first === "'")
      return { kind: 'string', text: this.string(first, position), position };
    const characters = this.match(word);
    if (characters !== '') return { kind: 'word', text: characters, position };
    if (!signs.includes(first)) throw textFault(position, `"${first}" means nothing here.`);
    this.at += 1;
    return { kind: 'sign', text: first, position };
  }

  private skip(): void {
    for (;;) {
      if (this.text.charAt(this.at) === '\n') {
        this.at += 1;
        this.line += 1;
        this.lineStart = this.at;
      } else if (this.match(skipped) === '') return;
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const characters = pattern.exec(this.text)?.[0] ?? '';
    this.at += characters.length;
    return characters;
  }

  private string(quote: string, position: TextPosition): string {
    const parts: Buffer[] = [];
    this.at += 1;
    for (;;) {
      const start = this.at;
      while (!['', '\n', '\\', quote].includes(this.text.charAt(this.at))) this.at += 1;
      parts.push(Buffer.from(this.text.slice(start, this.at)));
      const stop = this.text.charAt(this.at);
      if (stop === '' || stop === '\n')
        throw textFault(position, 'The text that begins here has no end on its line.');
      this.at += 1;
      if (stop === quote) return Buffer.concat(parts).toString();
      parts.push(this.escaped());
    }
  }

  /** Octal and hexadecimal escapes are bytes, which only together make characters. */
  private escaped(): Buffer {
    const byte = this.match(/[0-7]{1,3}|[xX][0-9a-fA-F]{1,2}/y);
    if (byte !== '') {
      return Buffer.of(/^[xX]/.test(byte) ? Number.parseInt(byte.slice(1), 16) : Number.parseInt(byte, 8));
    }
    const code = this.match(/u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}/y);
    if (code !== '') return Buffer.from(String.fromCodePoint(Number.parseInt(code.slice(1), 16)));
    const escape = escapes[this.text.charAt(this.at)];
    const position = { line: this.line, column: this.at - this.lineStart };
    if (escape === undefined)
      throw textFault(position, 'This backslash begins no known escape; write \\\\ for one.');
    this.at += 1;
    return Buffer.of(escape);
  }
}
