/** What is wrong with a JSON document that a schema has refused, in sentences for the person who wrote it. */
import type { z } from 'zod';

/** @param document its name, for faults of the whole of it */
export function faultSentences(issue: z.core.$ZodIssue, document: string): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `${pathText([...issue.path, key], document)}: is not a known field; remove it or correct its spelling`,
    );
  }
  return [`${pathText(issue.path, document)}: ${issue.message}`];
}

/** The JSON path of a fault, such as `files[2].size`. */
function pathText(path: readonly PropertyKey[], document: string): string {
  const written = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return written === '' ? document : written.replace(/^\./, '');
}
