/** Drives a Chromium without a window through its debugging pipe. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { isOnPath } from './run-client.ts';

/** The first of them on the PATH; `undefined` when there is none. */
export async function findBrowser(): Promise<string | undefined> {
  for (const program of ['chromium', 'chromium-browser', 'google-chrome']) {
    if (await isOnPath(program)) return program;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly resolve: (result: Fields) => void;
  readonly reject: (error: Error) => void;
}

/** Ends a message on the pipe. */
const END = '\0';

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? { ...value } : {};

export class Browser {
  /** What pages asked for, in order. */
  readonly requests: string[] = [];
  /** What pages complained about: errors in scripts, and all that a policy or the network refused. */
  readonly faults: string[] = [];
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #session: string | undefined;
  #last = 0;

  /** @param folder for what the browser wants to remember */
  constructor(program: string, folder: string) {
    const words = [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--remote-debugging-pipe', `--user-data-dir=${folder}`],
    ];
    this.#child = spawn(program, words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const [, , , commands, answers] = this.#child.stdio;
    if (!isWritable(commands) || !isReadable(answers)) throw new Error('the browser has no debugging pipe');
    this.#commands = commands;
    let rest = '';
    answers.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split(END);
      rest = messages.pop() ?? '';
      for (const message of messages) this.#receive(fieldsOf(JSON.parse(message)));
    });
    commands.on('error', () => undefined);
    this.#child.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has ended'));
    });
  }

  async open(url: string): Promise<void> {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = String(sessionId);
    for (const domain of ['Page', 'Network', 'Log', 'Runtime', 'DOM']) await this.#send(`${domain}.enable`);
    await this.#send('Page.navigate', { url });
  }

  /** Waits until an expression of JavaScript is true in the page, and gives its value. */
  async until(expression: string): Promise<unknown> {
    for (;;) {
      const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
      const { value } = fieldsOf(result);
      if (value !== undefined && value !== null && value !== false && value !== '') return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Clicks on what a selector finds, once it is there. */
  async click(selector: string): Promise<void> {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    await this.until(`${found} !== null && (${found}.click(), true)`);
  }

  /** Chooses a file in a file input, once that is there. */
  async chooseFile(selector: string, file: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)}) !== null`);
    const { root } = await this.#send('DOM.getDocument');
    const { nodeId } = await this.#send('DOM.querySelector', { nodeId: fieldsOf(root)['nodeId'], selector });
    await this.#send('DOM.setFileInputFiles', { nodeId, files: [file] });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  #send(method: string, params: Fields = {}): Promise<Fields> {
    this.#last += 1;
    const id = this.#last;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#commands.write(JSON.stringify({ id, method, params, ...session }) + END);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive({ id, result, error, method, params }: Fields): void {
    if (typeof id === 'number') {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(fieldsOf(result));
      else waiting?.reject(new Error(JSON.stringify(error)));
      return;
    }
    const told = fieldsOf(params);
    if (method === 'Network.requestWillBeSent') this.requests.push(String(fieldsOf(told['request'])['url']));
    if (method === 'Runtime.exceptionThrown') this.faults.push(JSON.stringify(told));
    const entry = fieldsOf(told['entry']);
    if (method === 'Log.entryAdded' && entry['level'] === 'error') this.faults.push(String(entry['text']));
  }
}

const isWritable = (stream: unknown): stream is Writable =>
  typeof stream === 'object' && stream !== null && 'write' in stream;
const isReadable = (stream: unknown): stream is Readable =>
  typeof stream === 'object' && stream !== null && 'setEncoding' in stream;
