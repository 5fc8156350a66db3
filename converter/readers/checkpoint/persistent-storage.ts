/** Reads the tuple by which a pickle names a storage that stands outside of it. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { AllowedClass, PickleTuple, StoredStorage } from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';

/** `('storage', class, key, location, count)`, in old files followed by `None` or `(view key, start, count)`. */
export function storageNamedBy(identity: PickleValue): StoredStorage {
  const [kind, type, key, , count, view = null] = identity instanceof PickleTuple ? identity.items : [];
  if (kind === 'module') {
    throw new UnsupportedModel(
      "This checkpoint holds a whole Python module with its source, which would have to be executed. Save the model's state_dict() alone and give that.",
    );
  }
  const datatype = type instanceof AllowedClass ? type.storage : undefined;
  if (kind !== 'storage' || datatype === undefined || typeof key !== 'string') {
    throw new MalformedBytes('Something other than a storage is named as standing outside of the pickle.');
  }
  const start = view instanceof PickleTuple ? view.items[1] : 0;
  return new StoredStorage({ key, datatype, count: sizeOf(count), start: sizeOf(start) });
}

function sizeOf(value: PickleValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MalformedBytes("A storage's size is no whole number.");
}
