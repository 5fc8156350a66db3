/** Proves the results of a conversion before they are put in place: the runtime opens them, and they classify. */
import type { ConversionReport, WrittenOnnx } from '../../converter/conversion-report.ts';
import { allocate } from '../../converter/onnx/constants.ts';
import type { DecoderRequest } from '../../converter/program.ts';
import { readConfiguration } from '../configuration.ts';
import type { TensorSpecification } from '../domain/engine.ts';
import { rankPredictions, requireFiniteScores, type Prediction } from '../domain/prediction.ts';
import { elementCount, type NumericTensor } from '../domain/tensor.ts';
import { runOnnxFile } from '../engines/onnx/run-onnx-file.ts';
import { decodeImage } from '../imaging/decode-image.ts';
import { openModels } from '../models-in-service.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { createLog } from '../telemetry/log.ts';
import type { Terminal } from './terminal.ts';

export const mostPixels = 50_000_000;
const mostPredictions = 5;

/** The side of a made-up picture, in pixels: large enough for every family of networks. */
const madeUpSide = 320;

/** @throws RepositoryError or ServingError when ONNX Runtime refuses the file, or its answer is no finite numbers. */
export async function checkOnnx(
  { file, preparationFile, report }: Omit<OnnxProof, 'labels'>,
  hasDynamicBatch: boolean,
): Promise<void> {
  const { onnx, decoder } = report;
  if (onnx === undefined) return;
  const names = onnx.outputs.map(({ name }) => name);
  // Only the preparation knows the sizes that a network behind a decoder leaves open.
  const prepared = decoder === undefined ? undefined : await prepare(preparationFile, blackPicture(decoder));
  for (const rows of hasDynamicBatch ? [1, 2] : [1]) {
    const inputs = new Map(
      onnx.inputs.map((input) => [input.name, zeros(input, rows, prepared?.shape)] as const),
    );
    for (const output of (await answerOf(file, inputs, names)).values()) {
      if (output.datatype === 'float32') requireFiniteScores(numbersOf(output));
    }
  }
}

function zeros(
  { datatype, shape }: TensorSpecification,
  rows: number,
  known: readonly number[] | undefined,
): NumericTensor {
  if (datatype === 'string') throw new RepositoryError('The ONNX file takes texts, so nothing proves it.');
  const open = shape.length === 4 ? madeUpSide : 1;
  const sizes = shape.map((size, axis) => size ?? (axis === 0 ? rows : (known?.[axis] ?? open)));
  return { datatype, shape: sizes, elements: allocate(datatype, elementCount(sizes)) };
}

function blackPicture({ channels }: DecoderRequest): NumericTensor {
  const shape = [madeUpSide, madeUpSide, channels];
  return { datatype: 'uint8', shape, elements: new Uint8Array(elementCount(shape)) };
}

/** @param decoded uint8 [H,W,channels] */
async function prepare(preparationFile: string, decoded: NumericTensor): Promise<NumericTensor | undefined> {
  return (await answerOf(preparationFile, new Map([['pixels', decoded]]), ['prepared'])).get('prepared');
}

function scoresOf({ outputs }: WrittenOnnx): string {
  const floats = outputs.filter(({ datatype }) => datatype === 'float32');
  const scores = floats.find(({ name }) => name === 'probabilities') ?? floats[0];
  if (scores === undefined)
    throw new RepositoryError('The ONNX file answers no scores, so it cannot classify.');
  return scores.name;
}

async function answerOf(
  file: string,
  inputs: ReadonlyMap<string, NumericTensor>,
  outputs: readonly string[],
): Promise<ReadonlyMap<string, NumericTensor>> {
  try {
    return await runOnnxFile(file, inputs, outputs);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new RepositoryError(`ONNX Runtime refuses the ONNX file: ${words.split('\n', 1)[0] ?? ''}`, {
      cause,
    });
  }
}

function numbersOf(tensor: NumericTensor | undefined): readonly number[] {
  return Array.from<number | bigint, number>(tensor?.elements ?? [], Number);
}

export interface OnnxProof {
  readonly file: string;
  readonly preparationFile: string;
  readonly report: ConversionReport;
  readonly labels: readonly string[] | undefined;
}

/** Decodes and prepares the picture as the model's recipe says, and runs the very file that was written. */
export async function classifyWithOnnx(
  { file, preparationFile, report, labels }: OnnxProof,
  picture: Uint8Array,
): Promise<readonly Prediction[]> {
  const { onnx, decoder } = report;
  if (onnx === undefined || decoder === undefined) return [];
  const { pixels, height, width, channels } = await decodeImage(picture, {
    ...decoder,
    maxPixels: mostPixels,
  });
  const decoded = { datatype: 'uint8', shape: [height, width, channels], elements: pixels } as const;
  const prepared = await prepare(preparationFile, decoded);
  const [input] = onnx.inputs;
  if (prepared === undefined || input === undefined) return [];
  const scores = scoresOf(onnx);
  const answer = await answerOf(file, new Map([[input.name, prepared]]), [scores]);
  return rankPredictions(numbersOf(answer.get(scores)), mostPredictions, labels);
}

export interface SavedModelProof {
  /** A folder as MODELS_DIR names it. */
  readonly modelsFolder: string;
  readonly cacheFolder: string;
  readonly name: string;
  readonly classCount: number;
}

/** Asks the embedded engine, which compiles and serves the folder as `npm start` will. */
export async function classifyWithSavedModel(
  { modelsFolder, cacheFolder, name, classCount }: SavedModelProof,
  picture: Uint8Array,
  { error, stop }: Pick<Terminal, 'error' | 'stop'>,
): Promise<readonly Prediction[]> {
  const outcome = readConfiguration({ environment: {}, flags: ['--workers', '1'] });
  if ('faults' in outcome) throw new Error(outcome.faults.join(' '));
  const models = await openModels({
    configuration: {
      ...outcome.configuration,
      modelsFolders: [modelsFolder],
      cacheFolder,
      classifyFormats: ['jpeg', 'png', 'webp'],
    },
    log: createLog({ level: 'error', pretty: true, destination: error }),
    only: name,
  });
  try {
    await models.load(stop);
    stop.throwIfAborted();
    const { classification } = models;
    const target = classification.target({ model: name, top: Math.min(mostPredictions, classCount) });
    const { predictions = [] } = await classification.classify(target, [{ bytes: picture }], stop);
    return predictions[0] ?? [];
  } finally {
    await models.close();
  }
}
