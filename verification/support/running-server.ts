/** Starts the real program as a process of its own and talks to it as a stranger would. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export interface CommandOutcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A server that may not listen yet. */
export interface LaunchedServer {
  readonly process: ChildProcess;
  /** Messages of the log so far. */
  readonly messages: readonly string[];
  /** Resolves when the log has a message that holds these words; rejects when the process ends before. */
  said(words: string): Promise<void>;
  /** Resolves with the exit code once the process has ended. */
  readonly exited: Promise<number | null>;
  stop(): Promise<number | null>;
  /** Resolves when it listens; rejects when the process ends before. */
  listening(): Promise<RunningServer>;
}

export interface RunningServer extends LaunchedServer {
  readonly url: string;
  readonly grpcPort: number;
  /** Waits until /ready answers 200. */
  ready(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

const program = path.resolve('dist', 'gateway', 'main.js');

/** Nothing of the developer's own settings may reach the program under test. */
function start(words: readonly string[], environment: Environment): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [program, ...words], { env: { PATH, HOME, ...environment } });
}

function collect(child: ChildProcess): { out: string; error: string } {
  const collected = { out: '', error: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (collected.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (collected.error += text));
  return collected;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
}

/** Runs one command to its end. */
export async function runCommand(
  words: readonly string[],
  environment: Environment,
): Promise<CommandOutcome> {
  const child = start(words, environment);
  const collected = collect(child);
  const code = await exitOf(child);
  return { code, ...collected };
}

/**
 * Starts `fovea serve` on a free port; resolves when it listens, which may be before its models are loaded.
 *
 * @param flags further ones of the command line
 */
export function startServer(environment: Environment, flags: readonly string[] = []): Promise<RunningServer> {
  return launchServer(environment, flags).listening();
}

/** As `startServer`, for what happens before it listens. */
export function launchServer(environment: Environment, flags: readonly string[] = []): LaunchedServer {
  const words = ['serve', '--host', '127.0.0.1', '--port', '0', '--grpc-port', '0', '--log-format', 'json'];
  const child = start([...words, ...flags], environment);
  const messages: string[] = [];
  let watchers: (() => void)[] = [];
  const exited = exitOf(child);
  const errors = collect(child);
  const ports = new Promise<readonly [number, number]>((resolve, reject) => {
    let rest = '';
    child.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const entry: unknown = JSON.parse(line);
        messages.push(fieldOf(entry, 'message'));
        for (const look of watchers) look();
        const given = Number(fieldOf(entry, 'port'));
        if (given > 0) resolve([given, Number(fieldOf(entry, 'grpcPort'))]);
      }
    });
    void exited.then((code) => {
      reject(new Error(`the server ended with ${String(code)}: ${errors.error}`));
    });
  });
  // Who never asks whether it listens does not care that it did not.
  ports.catch(() => undefined);
  const launched: LaunchedServer = {
    process: child,
    messages,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!messages.some((message) => message.includes(words))) return;
          watchers = watchers.filter((watcher) => watcher !== look);
          resolve();
        };
        watchers.push(look);
        look();
        void exited.then(() => {
          reject(new Error(`the server ended without saying "${words}": ${messages.join(' / ')}`));
        });
      }),
    exited,
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async listening() {
      const [port, grpcPort] = await ports;
      const url = `http://127.0.0.1:${port}`;
      return { ...launched, url, grpcPort, ready: () => untilReady(url) };
    },
  };
  return launched;
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/ready`);
    const text = await answer.text();
    if (answer.ok) return;
    if (text.includes('cannot answer')) throw new Error(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function fieldOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || !(name in value)) return '';
  const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof field === 'string' || typeof field === 'number' ? String(field) : '';
}

/** Posts one picture as curl -F does. */
export async function postPicture(url: string, picture: Uint8Array, name = 'picture.jpg'): Promise<Response> {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), name);
  return fetch(url, { method: 'POST', body: form });
}
