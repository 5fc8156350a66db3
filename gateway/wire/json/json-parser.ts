/** A parser of JSON that also takes NaN, Infinity and -Infinity, and can tell `1` from `1.0`. */
import { ServingError } from '../../domain/errors.ts';

type Container = unknown[] | Record<string, unknown>;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
const backslash = 0x5c;

/**
 * Keeps its own stack, so that no depth of nesting overflows the call stack. Of equal keys the last counts.
 *
 * @param readNumber makes a value of a number's characters
 * @throws ServingError `invalid-input`
 */
export function parseTolerantJson(text: string, readNumber: (characters: string) => unknown): unknown {
  return new JsonScanner(text, readNumber).parse();
}

class JsonScanner {
  private readonly text: string;
  private readonly readNumber: (characters: string) => unknown;
  private at = 0;
  /** Lists and objects that are still open, and the key of each under which the next value goes. */
  private readonly open: Container[] = [];
  private readonly keys: string[] = [];

  constructor(text: string, readNumber: (characters: string) => unknown) {
    this.text = text;
    this.readNumber = readNumber;
  }

  parse(): unknown {
    for (;;) {
      const value = this.startValue();
      if (value === undefined) continue;
      const closed = this.finishValue(value);
      if (closed !== undefined) return closed.whole;
    }
  }

  /** A whole value, or nothing when a list or an object was opened. */
  private startValue(): unknown {
    const first = this.peek();
    if (first === '[') return this.openContainer([], ']');
    if (first === '{') return this.openContainer({}, '}');
    return first === '"' ? this.string() : this.scalar();
  }

  private openContainer(container: Container, end: string): unknown {
    this.at += 1;
    if (this.peek() === end) {
      this.at += 1;
      return container;
    }
    this.open.push(container);
    this.keys.push(end === '}' ? this.key() : '');
    return undefined;
  }

  /** Puts a value where it belongs, and with it all that it completes. */
  private finishValue(value: unknown): { readonly whole: unknown } | undefined {
    for (let whole = value; ;) {
      const container = this.open.at(-1);
      if (container === undefined) {
        if (this.peek() !== '') this.fail();
        return { whole };
      }
      const isList = Array.isArray(container);
      if (isList) container.push(whole);
      else put(container, this.keys.at(-1) ?? '', whole);
      const next = this.peek();
      if (next === ',') {
        this.at += 1;
        if (!isList) this.keys[this.keys.length - 1] = this.key();
        return undefined;
      }
      if (next !== (isList ? ']' : '}')) this.fail();
      this.at += 1;
      whole = container;
      this.open.pop();
      this.keys.pop();
    }
  }

  private key(): string {
    if (this.peek() !== '"') this.fail();
    const key = this.string();
    if (this.peek() !== ':') this.fail();
    this.at += 1;
    return key;
  }

  private string(): string {
    const start = this.at;
    let end = start;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) this.fail();
    } while (this.isEscaped(end));
    this.at = end + 1;
    try {
      // The escapes and the characters that must be escaped are the same as in strict JSON.
      return String(JSON.parse(this.text.slice(start, end + 1)));
    } catch {
      this.at = start;
      return this.fail();
    }
  }

  private isEscaped(quote: number): boolean {
    let before = quote - 1;
    while (this.text.charCodeAt(before) === backslash) before -= 1;
    return (quote - before) % 2 === 0;
  }

  private scalar(): unknown {
    number.lastIndex = this.at;
    const characters = number.exec(this.text)?.[0];
    if (characters !== undefined) {
      this.at += characters.length;
      return this.readNumber(characters);
    }
    for (const [word, value] of words) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.fail();
  }

  /** The next character that is not white space; empty at the end. */
  private peek(): string {
    for (;;) {
      const character = this.text.charAt(this.at);
      if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t')
        return character;
      this.at += 1;
    }
  }

  private fail(): never {
    throw new ServingError('invalid-input', `JSON Parse error: Invalid value. at offset: ${this.at}`);
  }
}

/** As JSON.parse does: a key named `__proto__` is a key like any other. */
function put(container: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    const own = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(container, key, own);
  } else container[key] = value;
}
