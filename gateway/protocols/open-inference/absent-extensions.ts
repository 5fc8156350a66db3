/** What Triton's clients ask of extensions that are not offered here: what is true without them, and clear refusals. */
import { ServingError } from '../../domain/errors.ts';

/** How a transport refuses what it has a method or a path for, but nothing behind it. */
export type RefusalKind = 'invalid-input' | 'method-not-allowed';

/**
 * Which regions of shared memory there are: none.
 *
 * @param region the name of one; of all when empty
 * @throws ServingError `not-found` for any name
 */
export function requireNoRegion(region: string): void {
  if (region === '') return;
  throw new ServingError(
    'not-found',
    `There is no region of shared memory called ${JSON.stringify(region.slice(0, 200))}: shared memory is not offered here.`,
  );
}

export const noSharedMemory = (kind: RefusalKind): ServingError =>
  new ServingError(
    kind,
    'Shared memory is not offered here; send tensors as binary data over REST, or as raw contents over gRPC.',
  );

/** The settings of traces that are true of a server which records none. */
export const traceSettings = { trace_level: ['OFF'] } as const;

/**
 * @param settings what is to change; nothing when empty
 * @throws ServingError
 */
export function requireNoChange(
  settings: object,
  { of, kind }: { readonly of: 'traces' | 'log'; readonly kind: RefusalKind },
): void {
  if (Object.keys(settings).length === 0) return;
  const sentence =
    of === 'traces'
      ? 'Traces are not recorded here, so their settings cannot change.'
      : 'The log is set when the server starts, by LOG_LEVEL and LOG_FORMAT, and not by requests.';
  throw new ServingError(kind, sentence);
}

/** What the log tells, in the words of Triton. */
export interface LogSettings {
  readonly log_file: string;
  readonly log_info: boolean;
  readonly log_warning: boolean;
  readonly log_error: boolean;
  readonly log_verbose_level: number;
  readonly log_format: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Its lines go to standard output, whatever their form. */
export function logSettings(level: LogLevel): LogSettings {
  return {
    log_file: '',
    log_info: ['debug', 'info'].includes(level),
    log_warning: ['debug', 'info', 'warn'].includes(level),
    log_error: level !== 'silent',
    log_verbose_level: level === 'debug' ? 1 : 0,
    log_format: 'default',
  };
}
