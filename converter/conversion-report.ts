/** What came out of a conversion, whatever went in. */
import type { TensorSpecification } from '../gateway/domain/engine.ts';
import type { PreprocessingRecipe } from '../gateway/domain/preprocessing.ts';
import type { DecoderRequest } from './program.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import type { WrittenFile } from './written-file.ts';

export interface WrittenOnnx extends WrittenFile {
  readonly inputs: readonly TensorSpecification[];
  readonly outputs: readonly TensorSpecification[];
}

export interface ConversionReport {
  /** Undefined when the source is a graph already. */
  readonly architecture: string | undefined;
  /** The background class included; undefined when the outputs do not show it. */
  readonly classCount: number | undefined;
  /** Numbers that were trained, normalisations multiplied into the kernels before them. */
  readonly parameterCount: number;
  /** Undefined when the source has its own way with pictures, or none. */
  readonly recipe: PreprocessingRecipe | undefined;
  /** Parameters of the checkpoint that the architecture has no place for. */
  readonly unused: readonly string[];
  /** What the source says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly savedModel: readonly WrittenFile[];
  readonly onnx: WrittenOnnx | undefined;
  /** How pictures are decoded for the preparation module; present when one was asked for and could be made. */
  readonly decoder: DecoderRequest | undefined;
}

/** Says of each stage of a long work when it begins. */
export type OnStage = (stage: string) => void;

/** The ends of a graph as its file states them. */
export function endsOf(graph: OnnxGraph): Pick<WrittenOnnx, 'inputs' | 'outputs'> {
  return {
    inputs: graph.inputs.map(({ name, type }) => ({
      name,
      datatype: type.datatype,
      shape: type.shape ?? [],
    })),
    outputs: graph.outputs.map(({ name, value }) => {
      const type = graph.types.get(value);
      return { name, datatype: type?.datatype ?? 'float32', shape: type?.shape ?? [] };
    }),
  };
}
