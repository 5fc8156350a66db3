/** The log: structured lines for programs, or short coloured ones for a person at a terminal. */
import { pino, stdSerializers } from 'pino';
import { gatheredLines, type LineDestination } from './gathered-lines.ts';
import { isoTimeOf } from './log-time.ts';
import { prettyLine } from './pretty-line.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** An error under the field `error` is written with its causes. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly pretty: boolean;
  /** Standard output when absent, where what warns of nothing may be written at the end of its turn. */
  readonly destination?: LineDestination;
}

export function createLog({ level, pretty, destination = process.stdout }: LogOptions): Log {
  const isColoured =
    pretty && destination === process.stdout && process.stdout.isTTY && process.stdout.hasColors();
  const gathered = destination === process.stdout ? gatheredLines(destination) : undefined;
  const lines = gathered ?? destination;
  const stream = {
    write: (line: string): void => {
      lines.write(pretty ? prettyLine(line, isColoured) : line);
    },
  };
  const logger = pino(
    {
      level,
      // Neither says anything a container or a terminal does not know already.
      base: null,
      timestamp: () => `,"time":"${isoTimeOf(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      serializers: { error: stdSerializers.err },
    },
    stream,
  );
  return {
    debug: (fields, message) => {
      logger.debug(fields, message);
    },
    info: (fields, message) => {
      logger.info(fields, message);
    },
    warn: (fields, message) => {
      logger.warn(fields, message);
      gathered?.flush();
    },
    error: (fields, message) => {
      logger.error(fields, message);
      gathered?.flush();
    },
  };
}
