/** Runs another program to its end and keeps the last of what it says. */
import { spawn } from 'node:child_process';

export interface ExecutableRequest {
  readonly program: string;
  /** Given as they are; no shell reads them. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the program. */
  readonly signal: AbortSignal;
}

export interface ExecutableOutcome {
  /** `undefined` when the program is not there or was ended by a signal. */
  readonly code: number | undefined;
  /** The last of standard output and standard error together. */
  readonly said: string;
}

const mostSaid = 64 * 1024;

export async function runExecutable(request: ExecutableRequest): Promise<ExecutableOutcome> {
  const child = spawn(request.program, request.words, {
    env: request.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-mostSaid);
    });
  }
  const end = (): void => {
    child.kill('SIGTERM');
    // What the program itself has started may hold on to these and would keep us waiting.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  request.signal.addEventListener('abort', end, { once: true });
  if (request.signal.aborted) end();
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once('close', resolve);
      child.once('error', () => {
        resolve(null);
      });
    });
    return { code: code ?? undefined, said };
  } finally {
    request.signal.removeEventListener('abort', end);
  }
}
