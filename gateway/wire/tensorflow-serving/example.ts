/** tf.Example, the named features that `Classify` and `Regress` take. */
import { ServingError } from '../../domain/errors.ts';

export type Feature =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: readonly number[] }
  | { readonly kind: 'int64'; readonly values: readonly bigint[] };

export type Example = ReadonlyMap<string, Feature>;

/** A small body can ask for many examples times many features of a context; nobody's model needs that many. */
const mostSharedFeatures = 1_000_000;

/**
 * Gives every example the features of the context; its own win.
 *
 * @throws ServingError `invalid-input`
 */
export function withContext(examples: readonly Example[], context: Example): readonly Example[] {
  if (context.size === 0) return examples;
  if (context.size * examples.length > mostSharedFeatures) {
    throw new ServingError(
      'invalid-input',
      `${examples.length} examples with ${context.size} features of a context are too many; send fewer at once.`,
    );
  }
  return examples.map((example) => new Map([...context, ...example]));
}
