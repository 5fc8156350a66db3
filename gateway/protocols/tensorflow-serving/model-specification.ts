/** Which model a request means: its name, and a version by number or by label. */
import { ServingError } from '../../domain/errors.ts';
import type { Integer64 } from '../../wire/integer64.ts';
import type { ModelSpecMessage } from '../../wire/tensorflow-serving/messages.ts';

export interface ModelSpecification {
  readonly name: string;
  /** The latest when neither version nor label is given. */
  readonly version?: number | undefined;
  readonly label?: string | undefined;
}

/** @throws ServingError `invalid-input` */
export function toSpecification(message: ModelSpecMessage | null | undefined): ModelSpecification {
  if (message === null || message === undefined) throw invalid('Missing ModelSpec');
  const { name = '', version, version_label: label = '' } = message;
  if (name === '') throw invalid('Missing model name in ModelSpec');
  if (message.version_choice === 'version_label' && label !== '') return { name, label };
  const value = version?.value;
  return value === undefined ? { name } : { name, version: toVersion(value) };
}

/** @throws ServingError `invalid-input` */
export function toVersion(value: Integer64): number {
  const version = Number(value);
  if (Number.isSafeInteger(version) && version >= 0) return version;
  throw invalid(`Failed to convert version: ${value} to numeric.`);
}

/** As TensorFlow Serving writes it into its answers: the exact version, whatever was asked for. */
export function toSpecMessage(
  { name, version }: { readonly name: string; readonly version: number },
  signatureName: string,
): ModelSpecMessage {
  return { name, version_choice: 'version', version: { value: version }, signature_name: signatureName };
}

/** `Latest(m)` or `Specific(m, 3)`. */
export function describeSpecification({ name, version }: ModelSpecification): string {
  return version === undefined ? `Latest(${name})` : `Specific(${name}, ${version})`;
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
