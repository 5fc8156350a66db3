/** Reads the `; name="value"` parameters of a header such as Content-Type or Content-Disposition. */

/** One parameter; browsers write a quote inside a quoted value as `\"` or `%22` and a backslash as itself. */
const parameter = /[ \t]*;[ \t]*([^\s=;"]+)=(?:"((?:\\"|[^"])*)"|([^\s;"]*))/y;

/** Parameter names are lower-cased; the first of several equal names counts; reading stops at the first oddity. */
export function parseHeaderParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const start = header.indexOf(';');
  parameter.lastIndex = start < 0 ? header.length : start;
  for (let match = parameter.exec(header); match !== null; match = parameter.exec(header)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2]?.replaceAll('\\"', '"').replaceAll('%22', '"') ?? match[3] ?? '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

const extended = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i;

/**
 * The text of a parameter such as `filename*=UTF-8''k%C3%A4tzchen.jpg` (RFC 5987); undefined when it is not of that
 * form or in another character set.
 */
export function decodeExtendedValue(value: string): string | undefined {
  const [, charset = '', encoded = ''] = extended.exec(value) ?? [];
  if (charset === '') return undefined;
  if (charset.toLowerCase() === 'iso-8859-1') {
    return encoded.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  }
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
