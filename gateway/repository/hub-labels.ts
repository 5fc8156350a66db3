/** Class names as the `config.json` of a Hugging Face model lists them. */
import { z } from 'zod';

const schema = z.looseObject({ id2label: z.record(z.string().regex(/^\d+$/), z.string()) });

/** In the order of the classes; `undefined` for a text that is no such file, or leaves a class out. */
export function hubLabels(text: string): readonly string[] | undefined {
  const names = read(text);
  if (names === undefined) return undefined;
  const labels = Object.keys(names).map((_, index) => names[String(index)]);
  return labels.every((label) => label !== undefined) && labels.length > 0 ? labels : undefined;
}

function read(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.id2label : undefined;
  } catch {
    return undefined;
  }
}
