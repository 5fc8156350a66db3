/** Trained weights in, a SavedModel and an ONNX file out. */
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PreprocessingRecipe } from '../gateway/domain/preprocessing.ts';
import { buildNetwork, type BuiltNetwork } from './architectures/build-network.ts';
import { endsOf, type ConversionReport, type OnStage, type WrittenOnnx } from './conversion-report.ts';
import { lowerModelGraph } from './lower-model-graph.ts';
import { classifierGraph, type ClassifierOptions } from './network/classifier-graph.ts';
import type { Network } from './network/model-graph.ts';
import { adaptedRecipe, requireFeasible } from './network/preprocessing-recipe.ts';
import { preparationModule } from './preparation-module.ts';
import type { DecoderRequest } from './program.ts';
import { readCheckpoint } from './readers/checkpoint/read-checkpoint.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { stageOnnxFile, type StagedFile } from './writers/onnx-file.ts';
import { writeOnnx } from './writers/onnx.ts';
import { writeSavedModel } from './writers/saved-model/write-saved-model.ts';
import { writtenFile, type WrittenFile } from './written-file.ts';

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
  /** Where the module goes that makes the ONNX file's input of a picture's pixels; none is written when absent. */
  readonly preparationFile?: string;
}

/** A checkpoint always shows these, which a graph may leave open. */
export type CheckpointReport = ConversionReport & {
  readonly architecture: string;
  readonly classCount: number;
  readonly recipe: PreprocessingRecipe;
};

/**
 * Nothing is left half-written: the artefacts appear whole, and only when all of them could be made.
 *
 * @throws UnsupportedModel with one sentence when the weights cannot be read, fit no architecture or lack parameters,
 * when recipe or labels do not fit, or when the SavedModel's folder is there already.
 */
export async function convertCheckpoint(
  request: ConversionRequest,
  onStage: OnStage = () => undefined,
): Promise<CheckpointReport> {
  const { savedModelFolder, onnxFile, hasBackgroundClass, hasDynamicBatch = false } = request;
  if (savedModelFolder !== undefined) await refuseExisting(savedModelFolder);
  const { architecture, network, unused, metadata } = await readNetwork(request, onStage);
  const recipe = adaptedRecipe(architecture.recipe, request.recipe ?? {});
  requireFeasible(recipe);
  const classCount = network.classCount + Number(hasBackgroundClass);
  requireLabels(request.labels, classCount, hasBackgroundClass);
  const options = { recipe, hasBackgroundClass };
  const staged =
    onnxFile === undefined
      ? undefined
      : await stageOnnx(onnxFile, network, {
          options: hasDynamicBatch ? options : { ...options, batchSize: 1 },
          onStage,
        });
  try {
    const decoder = await writePreparation(request.preparationFile, recipe, staged?.ends);
    if (savedModelFolder !== undefined) {
      onStage('writing the SavedModel');
      await writeSavedModel(savedModelFolder, classifierGraph(network, options));
    }
    await staged?.file.place();
    return {
      architecture: architecture.name,
      classCount,
      parameterCount: [...network.variables.values()].reduce((sum, { elements }) => sum + elements.length, 0),
      recipe,
      unused,
      metadata,
      savedModel: savedModelFolder === undefined ? [] : await savedModelFiles(savedModelFolder),
      onnx: onnxFile === undefined || staged === undefined ? undefined : await written(onnxFile, staged.ends),
      decoder,
    };
  } finally {
    await staged?.file.discard();
  }
}

/** In a function of its own, so that the weights as they were read can go when the network has been built. */
async function readNetwork(
  { weights, architecture }: ConversionRequest,
  onStage: OnStage,
): Promise<BuiltNetwork & Pick<ConversionReport, 'metadata'>> {
  onStage('reading the weights');
  const checkpoint = await readCheckpoint(weights);
  onStage('building the network');
  return { ...buildNetwork(checkpoint, architecture), metadata: checkpoint.metadata };
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

interface StagedOnnx {
  readonly file: StagedFile;
  readonly ends: Pick<WrittenOnnx, 'inputs' | 'outputs'>;
}

/** The tensor signature of the very graph that the SavedModel holds, so that both formats answer alike. */
async function stageOnnx(
  file: string,
  network: Network,
  { options, onStage }: { options: ClassifierOptions; onStage: OnStage },
): Promise<StagedOnnx> {
  onStage('compiling to ONNX');
  const graph = lowerModelGraph(classifierGraph(network, options));
  onStage('writing the ONNX file');
  return { file: await stageOnnxFile(file, writeOnnx(graph, 'network')), ends: endsOf(graph) };
}

async function writePreparation(
  file: string | undefined,
  recipe: PreprocessingRecipe,
  ends: StagedOnnx['ends'] | undefined,
): Promise<DecoderRequest | undefined> {
  if (file === undefined || ends === undefined) return undefined;
  const { bytes, decoder } = preparationModule(ends, recipe);
  await writeFile(file, bytes);
  return decoder;
}

async function savedModelFiles(folder: string): Promise<readonly WrittenFile[]> {
  const names = ['saved_model.pb', 'variables/variables.data-00000-of-00001', 'variables/variables.index'];
  return Promise.all(names.map((name) => writtenFile(folder, name)));
}

async function written(file: string, ends: StagedOnnx['ends']): Promise<WrittenOnnx> {
  return { ...(await writtenFile(path.dirname(file), path.basename(file))), ...ends };
}
