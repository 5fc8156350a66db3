/** Labels and scores as the JSON text that MLServer's runtime for Hugging Face models puts into its answer. */
import type { Prediction } from '../../domain/prediction.ts';

/** As Python writes it: a space after each comma and colon, nothing but ASCII. */
export function writeLabelList(predictions: readonly Prediction[]): string {
  const items = predictions.map(
    ({ label, class: index, probability }) =>
      `{"label": ${ascii(JSON.stringify(label ?? `LABEL_${index}`))}, "score": ${pythonFloat(probability)}}`,
  );
  return `[${items.join(', ')}]`;
}

const ascii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A number between 0 and 1; JavaScript changes to exponents later than Python does, and writes them shorter. */
export function pythonFloat(value: number): string {
  const text = value !== 0 && value < 1e-4 ? value.toExponential() : String(value);
  const [digits = '', exponent] = text.split('e-');
  if (exponent !== undefined) return `${digits}e-${exponent.padStart(2, '0')}`;
  return digits.includes('.') ? digits : `${digits}.0`;
}
