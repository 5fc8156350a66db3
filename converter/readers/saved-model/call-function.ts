/** Chooses, among the functions of a model without signatures, the one that answers: its call, not as in training. */
import type { SavedFunction, SavedObjectGraph } from './saved-object-graph.ts';
import type { StructuredTensor } from './structured-value.ts';

/** What the model itself may call it: layers of TensorFlow Hub, exports of Keras 3, models that Keras saves. */
const callNames = ['__call__', 'serve', '_default_save_signature'];

export interface CallFunction {
  /** In the graph's library. */
  readonly name: string;
  readonly captures: readonly number[];
  readonly inputs: readonly StructuredTensor[];
  readonly outputs: readonly StructuredTensor[];
}

/**
 * One of the variants that TensorFlow wrote down, a variant being one combination of fixed arguments: the one with the
 * fewest flags set (`training=False`), then with the fewest tensors to hand over, then for the most pictures and sizes.
 */
export function chooseCallFunction({ objects, functions }: SavedObjectGraph): CallFunction | undefined {
  for (const callName of callNames) {
    const called = objects[objects[0]?.children.get(callName) ?? -1]?.content;
    if (called?.kind !== 'function') continue;
    const [best] = called.variants
      .flatMap((name) => candidate(name, functions.get(name)) ?? [])
      .sort((one, another) => compare(one.rank, another.rank));
    if (best !== undefined) return best.call;
  }
  return undefined;
}

interface Candidate {
  readonly call: CallFunction;
  /** Smaller is better, the first difference decides. */
  readonly rank: readonly number[];
}

function candidate(name: string, definition: SavedFunction | undefined): Candidate | undefined {
  if (definition === undefined) return undefined;
  const { captures, inputs: given, outputs: answered } = definition;
  if ([...given, ...answered].some(({ kind }) => kind === 'composite')) return undefined;
  const inputs = given.filter((leaf) => leaf.kind === 'tensor');
  const outputs = answered.filter((leaf) => leaf.kind === 'tensor');
  if (inputs.length === 0 || outputs.length === 0) return undefined;
  const flags = given.filter((leaf) => leaf.kind === 'flag' && leaf.value).length;
  const openSizes = inputs.flatMap(({ shape }) => shape ?? [null]).filter((size) => size === null).length;
  return { call: { name, captures, inputs, outputs }, rank: [flags, inputs.length, -openSizes] };
}

function compare(one: readonly number[], another: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== another[index]);
  return (one[at] ?? 0) - (another[at] ?? 0);
}
