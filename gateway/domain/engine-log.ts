/** What the engine tells the log; a pino logger fits. */

export interface EngineLog {
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
}
