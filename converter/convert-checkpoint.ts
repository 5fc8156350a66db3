/** Trained weights in, a SavedModel and an ONNX file out: the workshop's one public function. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildNetwork } from './architectures/build-network.ts';
import { compileSavedModel } from './compile-saved-model.ts';
import { classifierGraph, tensorSignature, type ClassifierOptions } from './network/classifier-graph.ts';
import type { ModelGraph, Network } from './network/model-graph.ts';
import { adaptedRecipe, requireFeasible, type PreprocessingRecipe } from './network/preprocessing-recipe.ts';
import { readCheckpoint } from './readers/checkpoint/read-checkpoint.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { writeSavedModel } from './writers/saved-model/write-saved-model.ts';

export interface ConversionRequest {
  /** A PyTorch checkpoint (old or zip) or a safetensors file. */
  readonly weights: string;
  /** Detected from the checkpoint when absent. */
  readonly architecture?: string;
  /** What differs from the architecture's own recipe. */
  readonly recipe?: Partial<PreprocessingRecipe>;
  /** Must be one for each class, the background class included. */
  readonly labels?: readonly string[];
  readonly hasBackgroundClass: boolean;
  /** Where the SavedModel goes, such as `models/<name>/<version>`; none is written when absent. */
  readonly savedModelFolder?: string;
  /** Where the ONNX file goes; none is written when absent, and one that is there is replaced. */
  readonly onnxFile?: string;
  /** Whether the ONNX file takes any number of pictures at once, or just one. */
  readonly hasDynamicBatch?: boolean;
}

export interface WrittenFile {
  /** Relative to the SavedModel's folder; the bare name of an ONNX file. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface ConversionReport {
  readonly architecture: string;
  /** The background class included. */
  readonly classCount: number;
  /** Numbers that were trained, normalisations multiplied into the kernels before them. */
  readonly parameterCount: number;
  readonly recipe: PreprocessingRecipe;
  /** Parameters of the checkpoint that the architecture has no place for. */
  readonly unused: readonly string[];
  /** What the checkpoint says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly savedModel: readonly WrittenFile[];
  readonly onnx: WrittenFile | undefined;
}

/**
 * Nothing is left half-written: the artefacts appear whole, and only when all of them could be made.
 *
 * @throws UnsupportedModel with one sentence when the weights cannot be read, fit no architecture or lack parameters,
 * when recipe or labels do not fit, or when the SavedModel's folder is there already.
 */
export async function convertCheckpoint(request: ConversionRequest): Promise<ConversionReport> {
  const { savedModelFolder, onnxFile, hasBackgroundClass } = request;
  if (savedModelFolder !== undefined) await refuseExisting(savedModelFolder);
  const checkpoint = await readCheckpoint(request.weights);
  const { architecture, network, unused } = buildNetwork(checkpoint, request.architecture);
  const recipe = adaptedRecipe(architecture.recipe, request.recipe ?? {});
  requireFeasible(recipe);
  const classCount = network.classCount + Number(hasBackgroundClass);
  requireLabels(request.labels, classCount, hasBackgroundClass);
  const options = { recipe, hasBackgroundClass };
  const finishOnnx =
    onnxFile === undefined ? undefined : await stageOnnx(onnxFile, network, onnxOptions(options, request));
  try {
    if (savedModelFolder !== undefined) {
      await writeSavedModel(savedModelFolder, classifierGraph(network, options));
    }
    await finishOnnx?.place();
  } finally {
    await finishOnnx?.discard();
  }
  return {
    architecture: architecture.name,
    classCount,
    parameterCount: [...network.variables.values()].reduce((sum, { elements }) => sum + elements.length, 0),
    recipe,
    unused,
    metadata: checkpoint.metadata,
    savedModel: savedModelFolder === undefined ? [] : await savedModelFiles(savedModelFolder),
    onnx:
      onnxFile === undefined ? undefined : await writtenFile(path.dirname(onnxFile), path.basename(onnxFile)),
  };
}

function onnxOptions(
  options: ClassifierOptions,
  { hasDynamicBatch = false }: ConversionRequest,
): ClassifierOptions {
  return hasDynamicBatch ? options : { ...options, batchSize: 1 };
}

async function refuseExisting(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (isThere) {
    throw new UnsupportedModel(
      `The folder ${path.basename(folder)} for the SavedModel is there already; remove it or choose another version.`,
    );
  }
}

function requireLabels(
  labels: readonly string[] | undefined,
  classCount: number,
  hasBackground: boolean,
): void {
  if (labels === undefined || labels.length === classCount) return;
  const counted = hasBackground ? ', the background class 0 included' : '';
  throw new UnsupportedModel(
    `There are ${labels.length} labels for ${classCount} classes${counted}; give one label for each class.`,
  );
}

interface StagedFile {
  place(): Promise<void>;
  discard(): Promise<void>;
}

/** Compiles the tensor signature of the very SavedModel that others load, so that both come from one graph. */
async function stageOnnx(file: string, network: Network, options: ClassifierOptions): Promise<StagedFile> {
  const partial = `${path.resolve(file)}.partial-${process.pid}`;
  const discard = (): Promise<void> => rm(partial, { force: true });
  if (
    await stat(file).then(
      (found) => found.isDirectory(),
      () => false,
    )
  ) {
    throw new UnsupportedModel(`The ONNX file ${path.basename(file)} would replace a folder; name a file.`);
  }
  try {
    const bytes = await compiledTensors(classifierGraph(network, options));
    await mkdir(path.dirname(partial), { recursive: true });
    await writeFile(partial, bytes);
  } catch (cause) {
    await discard();
    if (cause instanceof UnsupportedModel) throw cause;
    throw new UnsupportedModel(
      'The ONNX file cannot be written there; check the folder and the space left.',
      { cause },
    );
  }
  return { place: () => rename(partial, file), discard };
}

async function compiledTensors(graph: ModelGraph): Promise<Uint8Array> {
  const work = await mkdtemp(path.join(tmpdir(), 'fovea-convert-'));
  try {
    const folder = path.join(work, '1');
    const signatures = graph.signatures.filter(({ name }) => name === tensorSignature);
    await writeSavedModel(folder, { ...graph, signatures });
    const { programs, modules } = await compileSavedModel(folder);
    const bytes = modules.get(programs[0]?.network ?? '');
    if (bytes === undefined) throw new UnsupportedModel('The compiler made no ONNX module of the network.');
    return bytes;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function savedModelFiles(folder: string): Promise<readonly WrittenFile[]> {
  const names = ['saved_model.pb', 'variables/variables.data-00000-of-00001', 'variables/variables.index'];
  return Promise.all(names.map((name) => writtenFile(folder, name)));
}

async function writtenFile(folder: string, name: string): Promise<WrittenFile> {
  const file = path.join(folder, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { path: name, size: (await stat(file)).size, sha256: hash.digest('hex') };
}
