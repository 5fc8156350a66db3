/** The few parts of TensorFlow for Node.js that are used here, described for the compiler, which never sees the package. */

export interface TensorflowTensor {
  readonly shape: readonly number[];
  /** Numbers; an int64 tensor gives big ones. */
  data(): Promise<ArrayLike<number | bigint>>;
  /** Of a tensor of strings: one array for each element. */
  bytes(): Promise<readonly Uint8Array[]>;
  dispose(): void;
}

/** One signature of a SavedModel, ready to run. */
export interface TensorflowSavedModel {
  predict(inputs: Readonly<Record<string, TensorflowTensor>>): Readonly<Record<string, TensorflowTensor>>;
  dispose(): void;
}

export interface TensorflowField {
  /** Such as `DT_FLOAT`. */
  readonly tfDtype: string;
  readonly shape: readonly { getSize(): number }[];
}

export interface TensorflowMetaGraph {
  readonly tags: readonly string[];
  readonly signatureDefs: Readonly<
    Record<
      string,
      {
        readonly inputs: Readonly<Record<string, TensorflowField>>;
        readonly outputs: Readonly<Record<string, TensorflowField>>;
      }
    >
  >;
}

export interface Tensorflow {
  tensor(
    values: Float32Array | Int32Array | Uint8Array | readonly Uint8Array[],
    shape: readonly number[],
    dtype: 'float32' | 'int32' | 'bool' | 'string',
  ): TensorflowTensor;
  readonly node: {
    loadSavedModel(folder: string, tags: readonly string[], signature: string): Promise<TensorflowSavedModel>;
    getMetaGraphsFromSavedModel(folder: string): Promise<readonly TensorflowMetaGraph[]>;
  };
}

/** Tells by the functions it has; their types are what the package's documentation says. */
export function isTensorflow(value: unknown): value is Tensorflow {
  const node = memberOf(value, 'node');
  return [
    memberOf(value, 'tensor'),
    memberOf(node, 'loadSavedModel'),
    memberOf(node, 'getMetaGraphsFromSavedModel'),
  ].every((member) => typeof member === 'function');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (Object.getOwnPropertyDescriptor(value, name)?.value ?? Reflect.get(value, name))
    : undefined;
}
