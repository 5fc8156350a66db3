/** Runs somebody else's program to its end and gives what it said. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

export interface ClientOutcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export async function runClient(
  program: string,
  words: readonly string[],
  input = '',
): Promise<ClientOutcome> {
  const child = spawn(program, [...words], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  // A program that ends early does not read the rest.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, out, error };
}

/** Whether a program of that name can be started. */
export async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const isThere = await access(path.join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
