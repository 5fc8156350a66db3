/** A real server process as a user starts it, on a free port of this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { startCommand } from './start-command.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';

export interface ServerOptions {
  /** The only one that is installed; none when absent. */
  readonly model?: ModelUnderTest;
  /** Settings beside those that say where models and cache are. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The program and what follows it; a gateway on free ports when absent. */
  readonly command?: readonly string[];
}

/** The program of the package, as `fovea`. */
export const gatewayProgram = fileURLToPath(new URL('../../gateway/main.js', import.meta.url));

const freePorts = ['--port', '0', '--grpc-port', '0'];

const mostSecondsToReady = 60;
const pollMilliseconds = 5;
let started = 0;

export class ServerProcess {
  readonly port: number;
  /** From the start of the process until `/ready` answered 200. */
  readonly readySeconds: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, readySeconds: number) {
    this.#child = child;
    this.port = port;
    this.readySeconds = readySeconds;
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /** Resolves when the server is ready; rejects when it ends before, or takes a minute. */
  static async start(
    { scratch, cache }: Pick<Bench, 'scratch' | 'cache'>,
    { model, settings, command = [gatewayProgram, 'serve', ...freePorts] }: ServerOptions,
  ): Promise<ServerProcess> {
    started += 1;
    const logFile = path.join(scratch, `server-${started}.log`);
    const log = await open(logFile, 'w');
    const began = performance.now();
    const { environment, nodeOptions } = startCommand();
    const child = spawn(process.execPath, [...nodeOptions, ...command], {
      // A .env file of whoever runs the bench must not change what is measured; nor must his environment.
      cwd: scratch,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...environment,
        HOST: '127.0.0.1',
        MODELS_DIR: model?.modelsFolder ?? path.join(scratch, 'no-models'),
        CACHE_DIR: cache,
        ...settings,
      },
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    try {
      const port = await ready(child, logFile);
      return new ServerProcess(child, port, (performance.now() - began) / 1000);
    } catch (error) {
      kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}

async function ready(child: ChildProcess, logFile: string): Promise<number> {
  let port: number | undefined;
  for (const end = performance.now() + mostSecondsToReady * 1000; performance.now() < end;) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${await readFile(logFile, 'utf8')}`);
    port ??= portIn(await readFile(logFile, 'utf8'));
    if (port !== undefined && (await answersReady(port))) return port;
    await pause(pollMilliseconds);
  }
  throw new Error(`the server was not ready within ${mostSecondsToReady} s`);
}

/** The log line that says where the server listens. */
export function portIn(log: string): number | undefined {
  const port = /"port":(\d+)/.exec(log)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const { status, body } = await fetch(`http://127.0.0.1:${port}/ready`);
    await body?.cancel();
    return status === 200;
  } catch {
    return false;
  }
}

/** Starts a server, uses it and stops it, whatever happens in between. */
export async function withServer<Result>(
  bench: Pick<Bench, 'scratch' | 'cache'>,
  options: ServerOptions,
  use: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await ServerProcess.start(bench, options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
