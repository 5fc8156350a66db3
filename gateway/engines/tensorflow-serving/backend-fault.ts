/** What went wrong between the gateway and one backend, in the words of neither protocol. */

export const faultReasons = [
  /** Refused, reset, unknown host. */
  'unavailable',
  /** The backend, or a proxy before it, says that it is not available: its queue is full, or it is about to end. */
  'declined',
  /** The backend gave up because its own deadline passed. */
  'late',
  /** The gateway gave up: the caller has gone, the time is over or the model was closed. */
  'aborted',
  /** The backend does not hold the model version, or not yet. */
  'not-served',
  /** The backend has begun to load the model and has no version yet. */
  'loading',
  /** The backend gave up loading the model. */
  'broken',
  'overloaded',
  /** The backend takes no message of this size. */
  'too-long',
  /** The backend says that the inputs are at fault. */
  'refused',
  /** An answer that nobody can use: an error of the backend's own, another format, a wrong shape. */
  'failed',
] as const;

export type FaultReason = (typeof faultReasons)[number];

export interface BackendFaultOptions {
  readonly cause?: unknown;
  /** Whether the connection broke, whatever had been read by then; `unavailable` always counts as that. */
  readonly isConnectionBroken?: boolean;
  /** Whether the same backend may be asked again at once: it had closed an idle connection before it read anything. */
  readonly isWorthRepeating?: boolean;
  /** Zero-based index of the picture that is refused. */
  readonly row?: number;
}

/** Its message is for the log: it may hold the backend's own words, shortened. */
export class BackendFault extends Error {
  readonly reason: FaultReason;
  /** Whether another attempt may meet a better connection; counts towards the ejection of the backend. */
  readonly isConnectionFailure: boolean;
  readonly isWorthRepeating: boolean;
  readonly row: number | undefined;

  constructor(reason: FaultReason, message: string, options: BackendFaultOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'BackendFault';
    this.reason = reason;
    this.isConnectionFailure = reason === 'unavailable' || options.isConnectionBroken === true;
    this.isWorthRepeating = options.isWorthRepeating === true;
    this.row = options.row;
  }
}

/** Whether it says something about the request and nothing about the backend: another one would say the same. */
export const isAboutTheRequest = ({ reason }: BackendFault): boolean =>
  reason === 'refused' || reason === 'too-long';

const longestQuotation = 300;

/** A backend's own words as the log may hold them: on one line, not endless. */
export function quotation(words: string): string {
  const line = words.slice(0, 2 * longestQuotation).replace(/[\p{Cc}\s]+/gu, ' ');
  return line.length <= longestQuotation ? line : `${line.slice(0, longestQuotation)}…`;
}
