/** The closed list of names a checkpoint may refer to, each with our own meaning; no name is ever looked up. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { inertClasses, inertNames } from './inert-classes.ts';
import {
  AllowedClass,
  OpaqueClass,
  PickleDictionary,
  PickleList,
  PickleTuple,
  StoredStorage,
  StoredTensor,
} from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';
import type { StoredDatatype } from './storage-datatypes.ts';

/** PyTorch's own limit. */
const mostAxes = 64;

const storages: readonly (readonly [name: string, datatype: StoredDatatype])[] = [
  ['torch.BoolStorage', 'bool'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.CharStorage', 'int8'],
  ['torch.ShortStorage', 'int16'],
  ['torch.IntStorage', 'int32'],
  ['torch.LongStorage', 'int64'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.HalfStorage', 'float16'],
  ['torch.FloatStorage', 'float32'],
  ['torch.DoubleStorage', 'float64'],
];

const classes: ReadonlyMap<string, AllowedClass> = new Map(
  [
    ...storages.map(([name, storage]) => new AllowedClass(name, { storage })),
    ...inertClasses.map((name) => new OpaqueClass(name)),
    ...inertNames.map((name) => new AllowedClass(name, {})),
    // What it would make for a key that is missing never matters here.
    new AllowedClass('collections.defaultdict', { call: () => new PickleDictionary() }),
    new AllowedClass('collections.OrderedDict', { call: orderedDictionary }),
    new AllowedClass('torch.Size', { call: ([sizes]) => sizes ?? new PickleTuple([]) }),
    // The first PyTorch versions wrote the same four parameters under another name.
    new AllowedClass('torch._utils._rebuild_tensor', { call: rebuildTensor }),
    new AllowedClass('torch._utils._rebuild_tensor_v2', { call: rebuildTensor }),
    new AllowedClass('torch._utils._rebuild_parameter', { call: rebuildParameter }),
  ].map((allowed) => [allowed.name, allowed]),
);

/** @throws UnsupportedModel naming the class when it is not in the list. */
export function allowedClass(module: string, name: string): AllowedClass {
  const fullName = `${module}.${name}`;
  const allowed = classes.get(fullName);
  if (allowed !== undefined) return allowed;
  throw new UnsupportedModel(
    `${fullName} is not allowed in a checkpoint, because it may run programs; nothing was executed. ` +
      "Save the model's state_dict() alone and give that.",
  );
}

/** Lists that became dictionaries; using one list again and again would multiply a small file's work. */
const spentLists = new WeakSet<PickleList>();

/** `OrderedDict()` or, by Python 2, `OrderedDict([[key, value], …])`. */
function orderedDictionary([pairs]: readonly PickleValue[]): PickleDictionary {
  const dictionary = new PickleDictionary();
  if (pairs === undefined) return dictionary;
  if (!(pairs instanceof PickleList) || spentLists.has(pairs)) {
    throw new MalformedBytes('An OrderedDict is made of no list, or of one that another was made of.');
  }
  spentLists.add(pairs);
  for (const pair of pairs.items) {
    const [key, value] = sequence(pair, 2);
    if (key === undefined || value === undefined) {
      throw new MalformedBytes('An OrderedDict is made of something that is not pairs.');
    }
    dictionary.entries.set(key, value);
  }
  return dictionary;
}

/** `(storage, offset, size, stride, …)`; what follows concerns training only. */
function rebuildTensor(parameters: readonly PickleValue[]): StoredTensor {
  const [storage, offset, size, stride] = parameters;
  if (!(storage instanceof StoredStorage) || size === undefined || stride === undefined) {
    throw new MalformedBytes('A tensor is described without storage, sizes or strides.');
  }
  const view = {
    offset: wholeNumber(offset),
    shape: sequence(size, mostAxes).map(wholeNumber),
    strides: sequence(stride, mostAxes).map(wholeNumber),
  };
  if (view.shape.length !== view.strides.length) {
    throw new MalformedBytes(`A tensor has ${view.shape.length} sizes and ${view.strides.length} strides.`);
  }
  return new StoredTensor(storage, view);
}

function rebuildParameter([tensor]: readonly PickleValue[]): StoredTensor {
  if (tensor instanceof StoredTensor) return tensor;
  throw new MalformedBytes('A parameter is made of something that is no tensor.');
}

function sequence(value: PickleValue, most: number): readonly PickleValue[] {
  if ((value instanceof PickleTuple || value instanceof PickleList) && value.items.length <= most) {
    return value.items;
  }
  throw new MalformedBytes(`Up to ${most} values should stand where something else does.`);
}

function wholeNumber(value: PickleValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MalformedBytes('A size, stride or offset of a tensor is no whole number.');
}
