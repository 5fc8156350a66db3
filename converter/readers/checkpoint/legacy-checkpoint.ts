/** Reads what PyTorch wrote until 1.5: five pickles in a row, then the storages one behind the other. */
import type { Checkpoint } from '../../checkpoint.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { loadTensors } from './load-tensors.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { readPickle } from './pickle-reader.ts';
import { PickleDictionary, PickleList } from './pickle-values.ts';
import type { PickleValue, StoredStorage } from './pickle-values.ts';
import { readGrowing } from './read-growing.ts';
import { storedForm } from './storage-datatypes.ts';
import type { StorageSource } from './storage-source.ts';
import { stateDictionary } from './state-dictionary.ts';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const countBytes = 8;

interface Beginning {
  readonly state: PickleValue;
  readonly storages: readonly StoredStorage[];
  /** Where the first storage begins. */
  readonly end: number;
}

/** @throws UnsupportedModel or MalformedBytes when the file is not what `torch.save` writes. */
export async function readLegacyCheckpoint(file: CheckpointFile): Promise<Checkpoint> {
  const beginning = await readGrowing(file, readBeginning);
  const { tensors, metadata } = stateDictionary(beginning.state);
  const source = await SequentialStorages.locate(file, beginning);
  return { tensors: await loadTensors(tensors, source), metadata };
}

//   magic │ protocol version │ system │ object │ keys │ count₀ bytes₀ │ count₁ bytes₁ │ …
function readBeginning(bytes: Uint8Array): Beginning {
  const cursor = new PickleCursor(bytes);
  if (readPickle(cursor).value !== magicNumber) {
    throw new UnsupportedModel(
      "The pickle was not written by torch.save; save the model's state_dict() with torch.save and give that.",
    );
  }
  const version = readPickle(cursor).value;
  if (version !== protocolVersion) throw new MalformedBytes('Its protocol version is not 1001.');
  checkByteOrder(readPickle(cursor).value);
  const { value: state, storages } = readPickle(cursor);
  const keys = readPickle(cursor).value;
  return { state, storages: inKeyOrder(keys, storages), end: cursor.at };
}

function checkByteOrder(system: PickleValue): void {
  if (system instanceof PickleDictionary && system.get('little_endian') !== false) return;
  throw new UnsupportedModel(
    'The checkpoint was written on a big-endian machine; save it again on a common one.',
  );
}

function inKeyOrder(
  keys: PickleValue,
  storages: ReadonlyMap<string, StoredStorage>,
): readonly StoredStorage[] {
  if (!(keys instanceof PickleList)) throw new MalformedBytes('The list of storages is missing.');
  const ordered = new Set<StoredStorage>();
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined || ordered.has(storage)) {
      throw new MalformedBytes('The list of storages names one twice or one that no tensor uses.');
    }
    ordered.add(storage);
  }
  return [...ordered];
}

class SequentialStorages implements StorageSource {
  readonly totalBytes: number;
  readonly #file: CheckpointFile;
  readonly #places: ReadonlyMap<string, { readonly offset: number; readonly length: number }>;

  private constructor(
    file: CheckpointFile,
    places: ReadonlyMap<string, { readonly offset: number; readonly length: number }>,
  ) {
    this.#file = file;
    this.#places = places;
    this.totalBytes = file.size;
  }

  /** Each storage is preceded by its count of elements, which must be the one that the pickle gave. */
  static async locate(file: CheckpointFile, { storages, end }: Beginning): Promise<SequentialStorages> {
    const places = new Map<string, { offset: number; length: number }>();
    let at = end;
    for (const { key, datatype, count } of storages) {
      const stored = new PickleCursor(await file.read(at, countBytes)).uint64();
      if (stored !== count) {
        throw new MalformedBytes(`A storage of ${count} elements is announced where ${stored} are stored.`);
      }
      const place = { offset: at + countBytes, length: count * storedForm(datatype).bytes };
      places.set(key, place);
      at = place.offset + place.length;
    }
    return new SequentialStorages(file, places);
  }

  async read(key: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const place = this.#places.get(key);
    if (place === undefined || place.length < length) {
      throw new MalformedBytes('A storage that a tensor needs is missing or too short.');
    }
    return this.#file.read(place.offset, length);
  }
}
