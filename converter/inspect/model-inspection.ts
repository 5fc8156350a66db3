/** What a look into a model shows, whatever its format. */
import type { MultiplyAdds } from './multiply-adds.ts';

export interface InspectedTensor {
  readonly name: string;
  readonly datatype: string;
  /** `null` is a size known only at run time; an undefined shape has unknown rank. */
  readonly shape: readonly (number | null)[] | undefined;
}

export interface InspectedSignature {
  readonly name: string;
  readonly inputs: readonly InspectedTensor[];
  readonly outputs: readonly InspectedTensor[];
}

export interface ModelInspection {
  readonly format: 'SavedModel' | 'ONNX' | 'checkpoint';
  /** Further facts by name, such as who wrote it. */
  readonly facts: ReadonlyMap<string, string>;
  readonly signatures: readonly InspectedSignature[];
  /** How often each kind of operation occurs, the most frequent first. */
  readonly operations: ReadonlyMap<string, number>;
  /** Numbers that were trained, as far as the format tells them from others. */
  readonly parameters: number;
  /** Size of the files. */
  readonly bytes: number;
  /** For one row of a batch; undefined when it cannot be told, and then a note says why. */
  readonly multiplyAdds: MultiplyAdds | undefined;
  readonly notes: readonly string[];
}

export function countedOperations(operations: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const operation of operations) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return new Map(
    [...counts].sort(([one, first], [other, second]) => second - first || (one < other ? -1 : 1)),
  );
}
