/** Protobuf's text format as a tree, for the configuration files of TensorFlow Serving. */
import { type TextPosition, textFault, type TextToken, TextTokens } from './text-tokens.ts';

/** A value as written: a word or number as its characters, a string as what it stands for, or a message. */
export type TextValue =
  | { readonly kind: 'word'; readonly text: string; readonly position: TextPosition }
  | { readonly kind: 'string'; readonly text: string; readonly position: TextPosition }
  | TextMessage;

export interface TextMessage {
  readonly kind: 'message';
  /** In the order of the text; a list gives one field for each of its values. */
  readonly fields: readonly TextField[];
  readonly position: TextPosition;
}

export interface TextField {
  /** Of an extension or an Any, with its brackets. */
  readonly name: string;
  readonly value: TextValue;
  readonly position: TextPosition;
}

/** No configuration is as deep, and the reader calls itself. */
const deepest = 100;
const closing: Readonly<Record<string, string>> = { '{': '}', '<': '>' };

/** @throws ServingError `invalid-input` with line and column of the fault */
export function readTextProto(text: string): TextMessage {
  const reader = new TextReader(text);
  return { kind: 'message', fields: reader.fields('', 0), position: { line: 1, column: 1 } };
}

class TextReader {
  private readonly tokens: TextTokens;
  private token: TextToken;

  constructor(text: string) {
    this.tokens = new TextTokens(text);
    this.token = this.tokens.next();
  }

  /** Up to the closing sign, or up to the end of the text. */
  fields(end: string, depth: number): readonly TextField[] {
    const fields: TextField[] = [];
    while (this.token.text !== end || this.token.kind === 'string') {
      const { position } = this.token;
      if (this.token.kind === 'end') throw textFault(position, `The text ends where a "${end}" is missing.`);
      const name = this.name();
      const hasColon = this.accept(':');
      for (const value of this.values(hasColon, depth)) fields.push({ name, value, position });
      if (!this.accept(',')) this.accept(';');
    }
    if (this.token.kind !== 'end') this.take();
    return fields;
  }

  private name(): string {
    if (this.is('[')) {
      let name = '';
      while (!this.is(']') && this.token.kind !== 'end') name += this.take().text;
      this.expect(']');
      return `${name}]`;
    }
    if (this.token.kind === 'word' && /^[A-Za-z_]\w*$/.test(this.token.text)) return this.take().text;
    throw textFault(this.token.position, `The name of a field is expected here, not ${said(this.token)}.`);
  }

  private values(hasColon: boolean, depth: number): readonly TextValue[] {
    if (!this.is('[')) return [this.value(hasColon, depth)];
    this.take();
    const values: TextValue[] = [];
    while (!this.is(']')) {
      values.push(this.value(hasColon, depth));
      if (!this.accept(',') && !this.is(']')) {
        throw textFault(
          this.token.position,
          `A list goes on with "," or ends with "]", not with ${said(this.token)}.`,
        );
      }
    }
    this.take();
    return values;
  }

  private value(hasColon: boolean, depth: number): TextValue {
    const { text, kind, position } = this.token;
    const end = kind === 'sign' ? closing[text] : undefined;
    if (end !== undefined) {
      if (depth === deepest) throw textFault(position, `Messages are nested more than ${deepest} deep here.`);
      this.take();
      return { kind: 'message', fields: this.fields(end, depth + 1), position };
    }
    if (!hasColon) throw textFault(position, `A ":" or a "{" is expected here, not ${said(this.token)}.`);
    if (kind === 'string') return { kind, text: this.strings(), position };
    if (kind === 'word') return { kind, text: this.take().text, position };
    throw textFault(position, `A value is expected here, not ${said(this.token)}.`);
  }

  /** Strings beside each other are one. */
  private strings(): string {
    const parts: string[] = [];
    while (this.token.kind === 'string') parts.push(this.take().text);
    return parts.join('');
  }

  private take(): TextToken {
    const taken = this.token;
    this.token = this.tokens.next();
    return taken;
  }

  private is(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.text === sign;
  }

  private accept(sign: string): boolean {
    if (!this.is(sign)) return false;
    this.take();
    return true;
  }

  private expect(sign: string): void {
    if (!this.accept(sign))
      throw textFault(this.token.position, `A "${sign}" is missing before ${said(this.token)}.`);
  }
}

const said = ({ kind, text }: TextToken): string =>
  kind === 'end' ? 'the end of the text' : JSON.stringify(text);
