/** What becomes of a call, whichever kind it is of: its name, its error, what the log and the client hear of it. */
import { randomUUID } from 'node:crypto';
import { status as codes, type Metadata } from '@grpc/grpc-js';
import { ServingError } from '../../domain/errors.ts';
import type { GrpcLog } from './grpc-log.ts';
import { statusTable } from './status-table.ts';

/** What the messages of all calls may take of memory, together with other uploads. */
export interface MemoryBudget {
  open(): MemoryShare;
}

export interface MemoryShare {
  /** Takes so many bytes, or says why not. */
  readonly take: (bytes: number) => ServingError | undefined;
  readonly release: () => void;
}

/** The header of a call, and of its trailers, that names it. */
export const requestIdHeader = 'x-request-id';
/** What a proxy or client may send; anything else could forge log lines. */
const acceptableId = /^[\x21-\x7e]{1,128}$/;

export function requestIdOf(metadata: Metadata): string {
  const [sent] = metadata.get(requestIdHeader);
  return typeof sent === 'string' && acceptableId.test(sent) ? sent : randomUUID();
}

export const millisecondsSince = (began: number): number => Math.round((performance.now() - began) * 10) / 10;

/** A departure, and a refusal without a cause, are told by the line of the call; they would fill the log otherwise. */
export function tell(log: GrpcLog, { kind, message, cause }: ServingError, requestId: string): void {
  const code = statusTable[kind];
  const fields = { requestId, kind, status: codes[code], error: cause };
  if (kind === 'cancelled' || kind === 'deadline-exceeded') return;
  if (code === codes.INTERNAL || code === codes.UNKNOWN) log.error(fields, message);
  else if (cause !== undefined && code === codes.UNAVAILABLE) log.warn(fields, message);
  else if (cause !== undefined) log.info(fields, message);
}

export function toServingError(thrown: unknown, requestId: string): ServingError {
  if (thrown instanceof ServingError) return thrown;
  const sentence = `Something failed inside the server. Its log says what, under request id ${requestId}.`;
  return new ServingError('internal', sentence, { cause: thrown });
}

/** Half a surrogate pair, which a client's own words may hold, cannot be written into a header or a message. */
export function sendable(sentence: string): string {
  return sentence.replace(/\p{Surrogate}/gu, '?').slice(0, 2000);
}
