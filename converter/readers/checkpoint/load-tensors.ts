/** Turns described tensors into tensors: checks them against their storages, then reads each storage once. */
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { contiguousBytes, reachOf, sizeOf } from './contiguous-bytes.ts';
import type { StoredTensor } from './pickle-values.ts';
import { storedForm } from './storage-datatypes.ts';
import type { StorageSource } from './storage-source.ts';

/** Half precision doubles, and tied weights stand twice; what grows beyond that is made to exhaust memory. */
const mostGrowth = 4;
const slack = 2 ** 16;

type NamedTensor = readonly [name: string, tensor: StoredTensor];

/**
 * Storages that no tensor needs are not read.
 *
 * @returns the tensors in the order of `described`.
 * @throws MalformedBytes naming the tensor that does not fit its storage, before anything is allocated.
 */
export async function loadTensors(
  described: ReadonlyMap<string, StoredTensor>,
  source: StorageSource,
): Promise<Map<string, NumericTensor>> {
  for (const named of described) checkInside(named);
  checkGrowth(described, source.totalBytes);
  const loaded = new Map<string, NumericTensor>();
  for (const sharers of byStorage(described).values()) {
    for (const [name, tensor] of await loadStorage(sharers, source)) loaded.set(name, tensor);
  }
  return inOrder(described, loaded);
}

function checkInside([name, tensor]: NamedTensor): void {
  const { storage, shape } = tensor;
  const reach = storage.start + reachOf(tensor);
  if (reach > storage.count || sizeOf(shape) > storage.count) {
    throw new MalformedBytes(
      `Tensor ${name} of shape [${shape.join(', ')}] reaches beyond the ${storage.count} elements of its storage.`,
    );
  }
}

function checkGrowth(described: ReadonlyMap<string, StoredTensor>, storedBytes: number): void {
  let bytes = 0;
  for (const { storage, shape } of described.values()) {
    bytes += sizeOf(shape) * storedForm(storage.datatype).bytesHeld;
  }
  if (bytes > mostGrowth * storedBytes + slack) {
    throw new MalformedBytes(`Its tensors would take ${bytes} bytes where ${storedBytes} are stored.`);
  }
}

function byStorage(described: ReadonlyMap<string, StoredTensor>): Map<string, NamedTensor[]> {
  const groups = new Map<string, NamedTensor[]>();
  for (const named of described) {
    const { key } = named[1].storage;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [named]);
    else group.push(named);
  }
  return groups;
}

async function loadStorage(
  sharers: readonly NamedTensor[],
  source: StorageSource,
): Promise<readonly (readonly [string, NumericTensor])[]> {
  const [first] = sharers;
  if (first === undefined) return [];
  const { key, datatype } = first[1].storage;
  const form = storedForm(datatype);
  const reach = sharers.reduce(
    (most, [, tensor]) => Math.max(most, tensor.storage.start + reachOf(tensor)),
    0,
  );
  const { buffer } = await source.read(key, reach * form.bytes);
  return sharers.map(([name, tensor]) => {
    const { storage, shape, strides } = tensor;
    const view = { offset: storage.start + tensor.offset, shape, strides };
    const bytes = contiguousBytes(buffer, form.bytes, view);
    return [name, { datatype: form.datatype, shape, elements: form.elements(bytes) }];
  });
}

function inOrder(
  described: ReadonlyMap<string, StoredTensor>,
  loaded: ReadonlyMap<string, NumericTensor>,
): Map<string, NumericTensor> {
  const ordered = new Map<string, NumericTensor>();
  for (const name of described.keys()) {
    const tensor = loaded.get(name);
    if (tensor !== undefined) ordered.set(name, tensor);
  }
  return ordered;
}
