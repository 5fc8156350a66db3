/** A terminal for commands that run inside the test: settings go in, what was written is kept. */
import type { Terminal } from '../../gateway/cli/terminal.ts';

export interface RecordedTerminal extends Terminal {
  /** Everything written so far. */
  readonly written: { out: string; error: string };
}

export interface TerminalOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly stop?: AbortSignal;
}

export function recordedTerminal({
  environment = {},
  envFile,
  stop = new AbortController().signal,
}: TerminalOptions = {}): RecordedTerminal {
  const written = { out: '', error: '' };
  return {
    environment,
    envFile,
    out: { write: (text) => (written.out += text) },
    error: { write: (text) => (written.error += text) },
    stop,
    written,
  };
}
