/** Writes pickles and old-style checkpoints for tests, opcode by opcode. */

const ascii = (text: string) => Buffer.from(text, 'latin1');

export const mark = ascii('(');
export const stop = ascii('.');
export const emptyDictionary = ascii('}');
export const setItems = ascii('u');
export const reduce = ascii('R');
export const newObject = Buffer.from([0x81]);
export const build = ascii('b');

export function code(name: string, ...parts: readonly (Buffer | number)[]): Buffer {
  return Buffer.concat([ascii(name), ...parts.map((part) => (typeof part === 'number' ? word(part) : part))]);
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function longWord(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return code('X', bytes.length, bytes);
}

/** 64 bits, as LONG1 writes them. */
export function integer(value: number): Buffer {
  return Buffer.concat([Buffer.from([0x8a, 8]), longWord(value)]);
}

export function globalName(module: string, name: string): Buffer {
  return ascii(`c${module}\n${name}\n`);
}

export function tuple(...items: readonly Buffer[]): Buffer {
  return Buffer.concat([mark, ...items, ascii('t')]);
}

export function dictionary(entries: Readonly<Record<string, Buffer>>): Buffer {
  const items = Object.entries(entries).flatMap(([name, value]) => [text(name), value]);
  return Buffer.concat([emptyDictionary, mark, ...items, setItems]);
}

/** Protocol 2 around what leaves one value on the stack. */
export function pickle(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), ...parts, stop]);
}

export function storage(key: string, count: number, type = 'FloatStorage'): Buffer {
  const names = [text('storage'), globalName('torch', type), text(key), text('cpu'), integer(count)];
  return Buffer.concat([tuple(...names), ascii('Q')]);
}

export interface View {
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function tensor(stored: Buffer, { offset = 0, shape, strides }: View): Buffer {
  const parameters = [
    stored,
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    Buffer.from([0x89]),
    Buffer.concat([globalName('collections', 'OrderedDict'), tuple(), reduce]),
  ];
  return Buffer.concat([globalName('torch._utils', '_rebuild_tensor_v2'), tuple(...parameters), reduce]);
}

/** Magic number, protocol version and system, as every old checkpoint begins. */
export const beginning = Buffer.concat([
  pickle(Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex')),
  pickle(integer(1001)),
  pickle(dictionary({ little_endian: Buffer.from([0x88]) })),
]);

/** @param storages values by key, in the file's order. */
export function oldCheckpoint(state: Buffer, storages: Readonly<Record<string, readonly number[]>>): Buffer {
  const keys = Object.keys(storages).map(text);
  return Buffer.concat([
    beginning,
    pickle(state),
    pickle(ascii(']'), mark, ...keys, ascii('e')),
    ...Object.values(storages).flatMap((values) => [longWord(values.length), floatBytes(values)]),
  ]);
}

export function floatBytes(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** A dictionary with one tensor `w` of three numbers over the storage `0`. */
export const oneTensor = dictionary({ w: tensor(storage('0', 3), { shape: [3], strides: [1] }) });

/** What training scripts leave beside the weights most often. */
export const namespace = Buffer.concat([globalName('argparse', 'Namespace'), tuple(), newObject]);
