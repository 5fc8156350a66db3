/** The log: structured lines for programs, or short coloured ones for a person at a terminal. */
import { pino, stdSerializers } from 'pino';
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
  /** Where lines go, each with its line break; standard output when absent. */
  readonly destination?: { write(line: string): unknown };
}

export function createLog({ level, pretty, destination = process.stdout }: LogOptions): Log {
  const isColoured =
    pretty && destination === process.stdout && process.stdout.isTTY && process.stdout.hasColors();
  const stream = {
    write: (line: string): void => {
      destination.write(pretty ? prettyLine(line, isColoured) : line);
    },
  };
  const logger = pino(
    {
      level,
      // Neither says anything a container or a terminal does not know already.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
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
    },
    error: (fields, message) => {
      logger.error(fields, message);
    },
  };
}
