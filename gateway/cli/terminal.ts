/** What a command may touch of the process it runs in. */

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of the `.env` file in the working directory, when there is one. */
  readonly envFile: string | undefined;
  readonly out: OutputStream;
  /** Progress and faults. */
  readonly error: OutputStream;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
}

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;
