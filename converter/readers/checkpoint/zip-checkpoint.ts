/** Reads what PyTorch writes since 1.6: a zip archive with one pickle and one file for each storage. */
import type { Checkpoint } from '../../checkpoint.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { loadTensors } from './load-tensors.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { readPickle } from './pickle-reader.ts';
import { longestPickle, tooLong } from './read-growing.ts';
import { stateDictionary } from './state-dictionary.ts';
import { ZipArchive } from './zip-archive.ts';

const pickleName = 'data.pkl';

/** @throws UnsupportedModel or MalformedBytes when the archive is not what `torch.save` writes. */
export async function readZipCheckpoint(file: CheckpointFile): Promise<Checkpoint> {
  const archive = await ZipArchive.open(file);
  const folder = checkpointFolder(archive.names());
  await checkByteOrder(archive, `${folder}byteorder`);
  const pickle = await archive.read(`${folder}${pickleName}`, pickleSize(archive, folder));
  const { tensors, metadata } = stateDictionary(readPickle(new PickleCursor(pickle)).value);
  const source = {
    totalBytes: archive.totalBytes,
    read: (key: string, length: number) => archive.read(`${folder}data/${key}`, length),
  };
  return { tensors: await loadTensors(tensors, source), metadata };
}

/** Everything stands in one folder, named after the file it was first saved as. */
function checkpointFolder(names: readonly string[]): string {
  const folders = names
    .filter((name) => name === pickleName || name.endsWith(`/${pickleName}`))
    .map((name) => name.slice(0, -pickleName.length));
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) {
    throw new UnsupportedModel(
      names.includes('model.weights.h5')
        ? 'It is a Keras archive; export the model as a SavedModel (model.export) and convert that.'
        : `It is a zip archive with ${folders.length} files named ${pickleName} where a PyTorch checkpoint has one; give the checkpoint itself.`,
    );
  }
  if (!names.includes(`${folder}constants.pkl`)) return folder;
  throw new UnsupportedModel(
    "It is a TorchScript program, not a checkpoint; save the model's state_dict() with torch.save and give that.",
  );
}

function pickleSize(archive: ZipArchive, folder: string): number {
  const size = archive.sizeOf(`${folder}${pickleName}`) ?? 0;
  if (size <= longestPickle) return size;
  throw tooLong();
}

/** Files before PyTorch 2.1 do not say, and come from little-endian machines. */
async function checkByteOrder(archive: ZipArchive, name: string): Promise<void> {
  const size = archive.sizeOf(name);
  if (size === undefined) return;
  const order = new TextDecoder().decode(await archive.read(name, Math.min(size, 'little'.length)));
  if (order === 'little') return;
  throw new UnsupportedModel(
    'The checkpoint was written on a big-endian machine; save it again on a common one.',
  );
}
