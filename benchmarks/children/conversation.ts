/** A child process that answers one JSON line for each JSON line it is asked: the parent's end. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  /** Beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const patienceMilliseconds = 10_000;

export class Conversation {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #lastWords = '';

  constructor({ program, words, environment }: Command) {
    const env = { ...process.env, ...environment };
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#take(line);
    });
    // A request to a child that has just died fails with its exit, not with a broken pipe.
    this.#child.stdin.on('error', () => undefined);
    this.#child.once('error', (error) => {
      this.#fail(error);
    });
    this.#child.once('exit', () => {
      this.#fail(new Error(`a measuring process ended early: ${this.#lastWords.trim()}`));
    });
  }

  /** Rejects with the child's own error, or when it ends. */
  ask(request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null) reject(new Error(`the process has ended: ${this.#lastWords}`));
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** The child ends when nobody asks any more. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), patienceMilliseconds);
    await exited;
    clearTimeout(impatience);
  }

  #take(line: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      // Libraries may print a line of their own.
      return;
    }
    if (typeof parsed !== 'object' || parsed === null) return;
    if ('error' in parsed) this.#waiting.shift()?.reject(new Error(String(parsed.error)));
    else if ('answer' in parsed) this.#waiting.shift()?.resolve(parsed.answer);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
