/** Where the results of a conversion go, in the staging folder and in the end. */
import path from 'node:path';
import { parseManifest, type ManifestFile } from '../repository/manifest.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { isOnnxFile, type ConvertOptions } from './convert-options.ts';
import { exists, type Move } from './convert-staging.ts';
import { readTextFile } from '../repository/read-text-file.ts';

export interface ConvertPlaces {
  /** The folder that all results lie in or below. */
  readonly base: string;
  /** The ONNX file, when one is wanted. */
  readonly onnxFile: string | undefined;
  /** The folder `<base>/<name>`, when a SavedModel is wanted. */
  readonly modelFolder: string | undefined;
}

export function placesOf(options: ConvertOptions): ConvertPlaces {
  const { output, name, hasOnnx, hasSavedModel } = options;
  const base = isOnnxFile(output) ? path.dirname(output) : output;
  const onnxFile = isOnnxFile(output) ? output : path.join(output, `${name}.onnx`);
  return {
    base,
    onnxFile: hasOnnx ? onnxFile : undefined,
    modelFolder: hasSavedModel ? path.join(base, name) : undefined,
  };
}

export function onnxManifestOf(onnxFile: string): string {
  return `${onnxFile}.manifest.json`;
}

/** @throws RepositoryError naming the first result that is there already, unless it may be replaced. */
export async function refuseExisting(places: ConvertPlaces, options: ConvertOptions): Promise<void> {
  if (options.isForced) return;
  const { onnxFile, modelFolder } = places;
  const taken = [
    ...(onnxFile === undefined ? [] : [onnxFile, onnxManifestOf(onnxFile)]),
    ...(modelFolder === undefined
      ? []
      : [
          path.join(modelFolder, String(options.version)),
          path.join(modelFolder, 'manifest.json'),
          path.join(modelFolder, 'labels.txt'),
        ]),
  ];
  for (const place of taken) {
    if (await exists(place)) {
      throw new RepositoryError(
        `${place} is there already; give --force to replace it, or choose another --output, --name or --version.`,
      );
    }
  }
}

/** What the existing manifest says of versions other than the one that is written. */
export async function otherVersions(
  { modelFolder }: ConvertPlaces,
  version: number,
): Promise<readonly ManifestFile[]> {
  if (modelFolder === undefined) return [];
  const text = await readTextFile(path.join(modelFolder, 'manifest.json')).catch(() => '');
  const parsed = parseManifest(text);
  return parsed.ok ? parsed.manifest.files.filter((file) => !file.path.startsWith(`${version}/`)) : [];
}

/** The renames that put everything in place; a model that is new appears in one of them. */
export async function movesFrom(
  staged: ConvertPlaces,
  places: ConvertPlaces,
  version: number,
): Promise<readonly Move[]> {
  const moves: Move[] = [];
  if (staged.modelFolder !== undefined && places.modelFolder !== undefined) {
    const [from, to] = [staged.modelFolder, places.modelFolder];
    if (await exists(to)) {
      // The version first: a manifest must not describe what is not there.
      for (const name of [String(version), 'labels.txt', 'manifest.json']) {
        if (await exists(path.join(from, name))) {
          moves.push({ from: path.join(from, name), to: path.join(to, name) });
        }
      }
    } else moves.push({ from, to });
  }
  if (staged.onnxFile !== undefined && places.onnxFile !== undefined) {
    moves.push({ from: staged.onnxFile, to: places.onnxFile });
    moves.push({ from: onnxManifestOf(staged.onnxFile), to: onnxManifestOf(places.onnxFile) });
  }
  return moves;
}
