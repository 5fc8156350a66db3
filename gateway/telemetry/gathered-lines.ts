/** Writes the lines of one turn of the event loop at once: a server that answers many at a time asks the system less. */

/** Where lines go, each with its line break. */
export interface LineDestination {
  write(line: string): unknown;
}

export interface GatheredLines extends LineDestination {
  /** Writes what has been gathered. */
  readonly flush: () => void;
}

/** What has not been written yet leaves when the process exits. */
export function gatheredLines(destination: LineDestination): GatheredLines {
  let lines = '';
  const flush = (): void => {
    const gathered = lines;
    lines = '';
    if (gathered !== '') destination.write(gathered);
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
    flush,
  };
}
