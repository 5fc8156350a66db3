/** Finds the weights in what a training script saved: inside of its wrappers, without the names' wrappers. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { arrayClasses } from './inert-classes.ts';
import { OpaqueValue, PickleDictionary, StoredTensor } from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';
import { withoutWrapperNames } from './wrapper-names.ts';

/** Where training scripts put the weights, in the order in which they are looked for. */
const wrappers = ['state_dict', 'model_state_dict', 'model', 'net'];
const mostWrappers = 4;
const longestFact = 1000;
const mostFacts = 100;

export interface StateDictionary {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Nothing but the weights is followed: the states of optimisers are neither walked nor read.
 *
 * @throws UnsupportedModel when there is no tensor, when single ones stand outside of any dictionary, when the weights
 * are in part arrays of NumPy, or when something that is never made stands in their place.
 */
export function stateDictionary(root: PickleValue): StateDictionary {
  const metadata = new Map<string, string>();
  let holder = root;
  for (let depth = 0; depth < mostWrappers; depth += 1) {
    if (!(holder instanceof PickleDictionary)) break;
    const inner = wrapped(holder);
    if (inner === undefined) break;
    addFacts(metadata, holder);
    holder = inner;
  }
  const tensors = withoutWrapperNames(tensorsIn(holder));
  if (tensors.size > 0) return { tensors, metadata };
  throw new UnsupportedModel(
    'The checkpoint holds no weights: a dictionary of tensors is looked for at its top and under ' +
      `${wrappers.join(', ')}. Save the model's state_dict() alone and give that.`,
  );
}

function wrapped(holder: PickleDictionary): PickleDictionary | undefined {
  for (const name of wrappers) {
    const value = holder.get(name);
    if (value instanceof PickleDictionary) return value;
    if (!(value instanceof OpaqueValue)) continue;
    // Going on to the next place might find the weights of another model.
    throw new UnsupportedModel(
      `${name} is ${nameOf(value)}, not a dictionary of tensors. Save the model's state_dict() alone and give that.`,
    );
  }
  return undefined;
}

function nameOf({ className }: OpaqueValue): string {
  return arrayClasses.has(className) ? 'an array of NumPy' : `an object of ${className}`;
}

function tensorsIn(holder: PickleValue): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  if (!(holder instanceof PickleDictionary)) return tensors;
  for (const [name, value] of holder.entries) {
    if (typeof name !== 'string') continue;
    if (value instanceof StoredTensor) tensors.set(name, value);
    else if (value instanceof OpaqueValue && arrayClasses.has(value.className)) {
      throw new UnsupportedModel(
        `${name} is an array of NumPy, not a tensor; save tensors (torch.from_numpy) and give that.`,
      );
    }
  }
  return tensors;
}

function addFacts(metadata: Map<string, string>, holder: PickleDictionary): void {
  for (const [name, value] of holder.entries) {
    if (metadata.size >= mostFacts) return;
    const isFact = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (typeof name === 'string' && isFact && name.length + String(value).length <= longestFact) {
      metadata.set(name, String(value));
    }
  }
}
