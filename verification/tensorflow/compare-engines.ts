/** Loads a model in the embedded engine and in TensorFlow, and compares their answers picture by picture. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../gateway/domain/engine.ts';
import type { ModelVersion } from '../../gateway/domain/model.ts';
import type { ScoreKind } from '../../gateway/domain/prediction.ts';
import { findPictureSignature } from '../../gateway/inference/picture-signature.ts';
import { askAboutPicture } from './ask-about-picture.ts';
import { comparePicture, type ModelComparison, type PictureComparison } from './comparison.ts';

export interface ModelToCompare {
  readonly version: ModelVersion;
  /** The signature to ask about pictures, where the manifest says it. */
  readonly signature: string | undefined;
  readonly scores: ScoreKind | undefined;
}

export interface ComparedEngines {
  readonly embedded: Engine;
  readonly tensorflow: Engine;
}

export interface CompareOptions {
  /** Absolute paths. */
  readonly pictures: readonly string[];
  readonly signal: AbortSignal;
  readonly progress: (words: string) => void;
}

/** @throws Error when the model takes no pictures, and what the engines throw but for pictures they cannot decode */
export async function compareEngines(
  { embedded, tensorflow }: ComparedEngines,
  { version, signature, scores }: ModelToCompare,
  { pictures, signal, progress }: CompareOptions,
): Promise<ModelComparison> {
  const model = `${version.name}/${version.version}`;
  progress(`${model}: loading it in the embedded engine`);
  const here = await embedded.load(version, { signal });
  progress(`${model}: loading it in TensorFlow`);
  const there = await tensorflow.load(version, { signal });
  const found = findPictureSignature(here, signature);
  if (found === undefined) throw new Error(`${model} has no signature that takes pictures.`);
  const asked = { ...found, scoreKind: scores };
  const compared: PictureComparison[] = [];
  for (const [index, file] of pictures.entries()) {
    signal.throwIfAborted();
    progress(`${model}: picture ${index + 1} of ${pictures.length}`);
    const bytes = new Uint8Array(await readFile(file));
    compared.push(
      comparePicture(
        path.basename(file),
        await askAboutPicture(here, asked, bytes),
        await askAboutPicture(there, asked, bytes),
      ),
    );
  }
  await Promise.all([here.close(), there.close()]);
  return { model, pictures: compared };
}
