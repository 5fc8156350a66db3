/** Reads safetensors: a length, a header in JSON and the tensors' bytes, one behind the other. */
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import type { Checkpoint } from '../../checkpoint.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { SafetensorsEntry } from './safetensors-header.ts';
import { storedForm } from './storage-datatypes.ts';
import { withoutWrapperNames } from './wrapper-names.ts';

const lengthBytes = 8;
const longestHeader = 2 ** 25;

/** @throws UnsupportedModel or MalformedBytes when the header lies, or holds a datatype that cannot be read. */
export async function readSafetensorsCheckpoint(file: CheckpointFile): Promise<Checkpoint> {
  const headerLength = new PickleCursor(await file.read(0, lengthBytes)).uint64();
  if (headerLength > longestHeader) {
    throw new MalformedBytes(`Its header of ${headerLength} bytes is longer than ${longestHeader}.`);
  }
  const start = lengthBytes + headerLength;
  const text = new TextDecoder().decode(await file.read(lengthBytes, headerLength));
  const { entries, metadata } = readSafetensorsHeader(text, file.size - start);
  if (entries.size === 0) throw new UnsupportedModel('It holds no tensor, so it is of no use as weights.');
  const tensors = new Map<string, NumericTensor>();
  for (const [name, entry] of withoutWrapperNames(entries)) {
    tensors.set(name, await readTensor(file, start, entry));
  }
  return { tensors, metadata };
}

async function readTensor(
  file: CheckpointFile,
  start: number,
  { datatype, shape, begin, end }: SafetensorsEntry,
): Promise<NumericTensor> {
  const { buffer } = await file.read(start + begin, end - begin);
  const form = storedForm(datatype);
  return { datatype: form.datatype, shape, elements: form.elements(buffer) };
}
