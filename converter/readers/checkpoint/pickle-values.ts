/** What a pickle may hold here: plain values, lists and dictionaries, and tensors that are only described. */
import type { StoredDatatype } from './storage-datatypes.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleList
  | PickleTuple
  | PickleDictionary
  | AllowedClass
  | OpaqueValue
  | StoredStorage
  | StoredTensor;

export class PickleList {
  readonly items: PickleValue[];

  constructor(items: PickleValue[] = []) {
    this.items = items;
  }
}

export class PickleTuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** Keys that are lists or tuples count as equal only to themselves, which no key of a checkpoint needs. */
export class PickleDictionary {
  readonly entries = new Map<PickleValue, PickleValue>();

  get(key: string): PickleValue | undefined {
    return this.entries.get(key);
  }
}

/** A class or function from the closed list; `call` is our own code that stands for it. */
export class AllowedClass {
  readonly name: string;
  readonly call: ((parameters: readonly PickleValue[]) => PickleValue) | undefined;
  /** Set for the classes that name a storage's element type. */
  readonly storage: StoredDatatype | undefined;

  constructor(
    name: string,
    meaning: { call?: (parameters: readonly PickleValue[]) => PickleValue; storage?: StoredDatatype },
  ) {
    this.name = name;
    this.call = meaning.call;
    this.storage = meaning.storage;
  }
}

/** Stands for something beside the weights; what it was made of and what is put into it is forgotten. */
export class OpaqueValue {
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** A class whose objects are all the same opaque value, so that no number of them takes memory. */
export class OpaqueClass extends AllowedClass {
  readonly value: OpaqueValue;

  constructor(name: string) {
    const value = new OpaqueValue(name);
    super(name, { call: () => value });
    this.value = value;
  }
}

interface StorageFields {
  readonly key: string;
  readonly datatype: StoredDatatype;
  /** Elements of the whole storage, as the pickle says. */
  readonly count: number;
  /** Elements before this part of the storage; not 0 only in files of the first PyTorch versions. */
  readonly start: number;
}

/** Names bytes that stand elsewhere in the file. */
export class StoredStorage {
  readonly key: string;
  readonly datatype: StoredDatatype;
  readonly count: number;
  readonly start: number;

  constructor(fields: StorageFields) {
    this.key = fields.key;
    this.datatype = fields.datatype;
    this.count = fields.count;
    this.start = fields.start;
  }
}

/** A view of a storage, not checked against it yet; offset and strides count elements. */
export class StoredTensor {
  readonly storage: StoredStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: StoredStorage,
    view: { offset: number; shape: readonly number[]; strides: readonly number[] },
  ) {
    this.storage = storage;
    this.offset = view.offset;
    this.shape = view.shape;
    this.strides = view.strides;
  }
}
