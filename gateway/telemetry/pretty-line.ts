/** One JSON log line as a person reads it: time, level, message, then the fields that matter. */

const colours: Readonly<Record<string, string>> = { debug: '90', info: '32', warn: '33', error: '31' };

/** A line that is no JSON object is returned as it came. */
export function prettyLine(line: string, isColoured: boolean): string {
  const entry = parseEntry(line);
  if (entry === undefined) return line;
  const { time, level, message, error, ...fields } = entry;
  const paint = (code: string, text: string): string =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  const levelText = textOf(level);
  const parts = [
    paint('90', textOf(time).slice(11, 19)),
    paint(colours[levelText] ?? '0', levelText.padEnd(5)),
    textOf(message),
    ...Object.entries(fields).map(([name, value]) => paint('90', `${name}=${textOf(value)}`)),
  ];
  return `${parts.join(' ')}\n${stackOf(error)}`;
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The serialised error's stack, indented; pino has put the causes into it. */
function stackOf(error: unknown): string {
  if (error === undefined) return '';
  const stack = isRecord(error) ? (error['stack'] ?? error['message']) : error;
  return `${textOf(stack).replace(/^/gm, '    ')}\n`;
}
