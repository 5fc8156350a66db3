/** Reads fields of a JSON answer with their type checked. */

interface Answer {
  readonly text: string;
}

/** One field of a JSON object; undefined when there is none of that name. */
export function fieldOf({ text }: Answer, name: string): unknown {
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

/** The sentence of an error answer. */
export function errorOf(answer: Answer): string {
  const sentence = fieldOf(answer, 'error');
  return typeof sentence === 'string' ? sentence : `no error sentence in: ${answer.text}`;
}
