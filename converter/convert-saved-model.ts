/** A SavedModel in, an ONNX file out. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StatedPreprocessing } from '../gateway/domain/preprocessing.ts';
import { compileSavedModel } from './compile-saved-model.ts';
import { endsOf, type ConversionReport, type OnStage } from './conversion-report.ts';
import { parameterCount } from './inspect/inspect-onnx.ts';
import type { OnnxGraph, ValueType } from './onnx/onnx-graph.ts';
import { picturesSignature } from './pictures-for-tensors.ts';
import type { CompiledModel, DecoderRequest } from './program.ts';
import { readOnnx } from './readers/onnx/read-onnx.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { stageOnnxFile } from './writers/onnx-file.ts';
import { writeOnnx } from './writers/onnx.ts';
import { writtenFile } from './written-file.ts';

export interface SavedModelRequest {
  /** The folder that holds `saved_model.pb`. */
  readonly folder: string;
  readonly onnxFile: string;
  /** Whether the ONNX file takes as many rows as the SavedModel does, or just one. */
  readonly hasDynamicBatch: boolean;
  /** How pictures are prepared when the SavedModel itself takes only tensors; undefined when nobody says it. */
  readonly recipe?: StatedPreprocessing | undefined;
  /** Where the module goes that makes the ONNX file's input of a picture's pixels; none is written when absent. */
  readonly preparationFile?: string;
  /** Whether it is a fault when no picture can be made to fit; otherwise there is no such module then. */
  readonly needsPictures?: boolean;
}

const saysNothingOfPictures =
  'The SavedModel takes tensors that no picture can be made to fit; leave out --test-image.';

/**
 * Of a model that takes encoded pictures the network behind the decoder is written; its input is called `prepared`.
 *
 * @throws UnsupportedModel with one sentence when the SavedModel cannot be read or compiled.
 */
export async function convertSavedModel(
  request: SavedModelRequest,
  onStage: OnStage = () => undefined,
): Promise<ConversionReport> {
  onStage('compiling to ONNX');
  const compiled = await compileSavedModel(request.folder, { preprocessing: request.recipe });
  const program = compiled.programs.find(({ kind }) => kind === 'picture') ?? compiled.programs[0];
  const bytes = compiled.modules.get(program?.network ?? '');
  if (program === undefined || bytes === undefined) {
    throw new UnsupportedModel('The compiler made no ONNX module of the network.');
  }
  onStage('writing the ONNX file');
  const network = readOnnx(bytes).graph;
  const graph = request.hasDynamicBatch ? network : withOneRow(network);
  const { preparationFile, needsPictures = false } = request;
  const decoder =
    preparationFile === undefined
      ? undefined
      : await writePreparation(preparationFile, compiled, needsPictures);
  const staged = await stageOnnxFile(request.onnxFile, writeOnnx(graph, 'network'));
  await staged.place();
  const file = await writtenFile(path.dirname(request.onnxFile), path.basename(request.onnxFile));
  const ends = endsOf(graph);
  const scores = ends.outputs.find(({ datatype, shape }) => datatype === 'float32' && shape.length === 2);
  return {
    architecture: undefined,
    classCount: scores?.shape[1] ?? undefined,
    parameterCount: parameterCount(graph),
    recipe: undefined,
    unused: [],
    metadata: new Map(),
    savedModel: [],
    onnx: { ...file, ...ends },
    decoder,
  };
}

/** The first axis of what comes in and goes out counts rows. */
function withOneRow(graph: OnnxGraph): OnnxGraph {
  const single = (type: ValueType): ValueType => ({
    ...type,
    shape: type.shape?.map((size, axis) => (axis === 0 ? (size ?? 1) : size)),
  });
  const types = new Map(graph.types);
  for (const { value } of graph.outputs) {
    const type = types.get(value);
    if (type !== undefined) types.set(value, single(type));
  }
  return { ...graph, types, inputs: graph.inputs.map(({ name, type }) => ({ name, type: single(type) })) };
}

async function writePreparation(
  file: string,
  { programs, modules, skipped }: CompiledModel,
  isNeeded: boolean,
): Promise<DecoderRequest | undefined> {
  const program = programs.find(({ kind }) => kind === 'picture');
  const bytes = program?.kind === 'picture' ? modules.get(program.prepare) : undefined;
  if (program?.kind !== 'picture' || bytes === undefined) {
    if (!isNeeded) return undefined;
    throw new UnsupportedModel(skipped.get(picturesSignature) ?? saysNothingOfPictures);
  }
  await writeFile(file, bytes);
  return program.decoder;
}
