/** Reads what a conversion is given besides the weights, before any long work begins. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ServingError } from '../domain/errors.ts';
import { decodeImage } from '../imaging/decode-image.ts';
import { hubLabels } from '../repository/hub-labels.ts';
import { parseLabels } from '../repository/parse-labels.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import type { ConvertOptions } from './convert-options.ts';
import { mostPixels } from './convert-proof.ts';
import { savedModelFolder } from './saved-model-folder.ts';

export interface ConvertSources {
  readonly picture: Uint8Array | undefined;
  readonly labels: readonly string[] | undefined;
  /** The SavedModel's folder, when the source is one. */
  readonly savedModelFolder: string | undefined;
}

/** @throws RepositoryError with one sentence about the first of them that cannot be used. */
export async function readSources(options: ConvertOptions): Promise<ConvertSources> {
  const graphFolder = await savedModelAt(options.weights);
  if (graphFolder !== undefined) requireFitting(options);
  return {
    savedModelFolder: graphFolder,
    labels: options.labels === undefined ? undefined : await readLabels(options.labels),
    picture: options.testImage === undefined ? undefined : await readPicture(options.testImage),
  };
}

async function savedModelAt(place: string): Promise<string | undefined> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new RepositoryError(`There is no file or folder ${place}; correct --weights.`, { cause });
  });
  if (!found.isDirectory() && !found.isFile()) {
    throw new RepositoryError(`${place} is neither a file nor a folder; correct --weights.`);
  }
  const isGraph = path.basename(place) === 'saved_model.pb';
  return found.isDirectory() || isGraph ? savedModelFolder(place) : undefined;
}

function requireFitting({ hasSavedModel, architecture, hasBackgroundClass }: ConvertOptions): void {
  if (hasSavedModel) {
    throw new RepositoryError(
      'A SavedModel needs no conversion to be served; to make ONNX of it, give --output a name that ends in .onnx.',
    );
  }
  if (architecture !== undefined || hasBackgroundClass) {
    throw new RepositoryError(
      'A SavedModel is a whole network already; leave out --architecture and --background-class.',
    );
  }
}

async function readLabels(file: string): Promise<readonly string[]> {
  const content = await readPlainFile(file).catch((cause: unknown) => {
    throw new RepositoryError(`The labels file ${file} cannot be read; correct --labels.`, { cause });
  });
  const text = content.toString('utf8');
  return hubLabels(text) ?? parseLabels(text);
}

/** A device or a pipe may have no end. */
async function readPlainFile(file: string): Promise<Buffer> {
  if (!(await stat(file)).isFile()) throw new Error('not a regular file');
  return readFile(file);
}

async function readPicture(file: string): Promise<Uint8Array> {
  const bytes = await readPlainFile(file).catch((cause: unknown) => {
    throw new RepositoryError(`The test image ${file} cannot be read; correct --test-image.`, { cause });
  });
  try {
    await decodeImage(bytes, { dct: 'fast', channels: 3, maxPixels: mostPixels });
  } catch (cause) {
    const sentence = cause instanceof ServingError ? cause.message : 'It cannot be decoded.';
    throw new RepositoryError(`The test image ${file} cannot be used: ${sentence}`, { cause });
  }
  return bytes;
}
