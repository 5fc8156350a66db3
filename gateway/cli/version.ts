/** The version that package.json states. */
import { readFileSync } from 'node:fs';

/** Looks upwards, because the compiled file lies one folder deeper than its source. */
export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (isNamed(parsed) && parsed.name === 'fovea') return parsed.version;
    } catch {
      // Not here; the next place is the last one.
    }
  }
  return 'unknown';
}

function isNamed(value: unknown): value is { name: string; version: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'version' in value &&
    typeof value.version === 'string'
  );
}
