/** What the protocol tells about servers and models: the same names in JSON and in messages. */
import type { OutputSpecification, Signature, TensorSpecification } from '../../domain/engine.ts';
import { configuredTypeName, datatypeName } from './datatypes.ts';

export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  /** -1 is a size known only at run time. */
  readonly shape: readonly number[];
}

export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export interface ModelConfig {
  readonly name: string;
  readonly platform: string;
  readonly backend: string;
  readonly max_batch_size: number;
  readonly input: readonly {
    readonly name: string;
    readonly data_type: string;
    readonly format: 'FORMAT_NONE' | 'FORMAT_NHWC' | 'FORMAT_NCHW';
    readonly dims: readonly number[];
    readonly optional: boolean;
  }[];
  readonly output: readonly {
    readonly name: string;
    readonly data_type: string;
    readonly dims: readonly number[];
    readonly label_filename: string;
  }[];
  readonly default_model_filename: string;
  readonly parameters: Readonly<Record<string, { readonly string_value: string }>>;
}

/** What a model is, before it is said in one of the forms above. */
export interface DescribedModel {
  readonly name: string;
  /** In service, highest first. */
  readonly versions: readonly string[];
  readonly signature: Signature;
  /** Most rows of a request, for a model with an axis for them. */
  readonly maxRows: number;
}

const platform = 'tensorflow_savedmodel';
const backend = 'tensorflow';

export function describeModel({ name, versions, signature }: DescribedModel): ModelMetadata {
  return {
    name,
    versions,
    platform,
    inputs: signature.inputs.map(describeTensor),
    outputs: signature.outputs.map(describeTensor),
  };
}

function describeTensor({ name, datatype, shape = anyShape }: OutputSpecification): TensorMetadata {
  return { name, datatype: datatypeName(datatype), shape: shape.map(sizeOf) };
}

export function configureModel({ name, signature, maxRows }: DescribedModel): ModelConfig {
  const { inputs, outputs } = signature;
  const hasRows = [...inputs, ...outputs].every(({ shape }) => shape?.[0] === null);
  // One value a row would leave no `dims`, which Triton's format forbids and perf_analyzer stumbles over.
  const isBatched = hasRows && inputs.every(({ shape }) => shape.length > 1);
  const dimensions = ({ shape = anyShape }: OutputSpecification): readonly number[] =>
    shape.slice(isBatched ? 1 : 0).map(sizeOf);
  return {
    name,
    platform,
    backend,
    max_batch_size: isBatched ? maxRows : 0,
    input: inputs.map((input) => ({
      name: input.name,
      data_type: configuredTypeName(input.datatype),
      format: formatOf(input.shape.slice(isBatched ? 1 : 0)),
      dims: dimensions(input),
      optional: false,
    })),
    output: outputs.map((output) => ({
      name: output.name,
      data_type: configuredTypeName(output.datatype),
      dims: dimensions(output),
      label_filename: '',
    })),
    default_model_filename: 'saved_model.pb',
    parameters: { signature_name: { string_value: signature.name } },
  };
}

/** Three axes of which one counts one or three channels are a picture. */
function formatOf(shape: TensorSpecification['shape']): ModelConfig['input'][number]['format'] {
  const areChannels = (size: number | null | undefined): boolean => size === 1 || size === 3;
  if (shape.length !== 3) return 'FORMAT_NONE';
  if (areChannels(shape[2])) return 'FORMAT_NHWC';
  return areChannels(shape[0]) ? 'FORMAT_NCHW' : 'FORMAT_NONE';
}

/** The protocol has no words for an unknown number of axes. */
const anyShape = [null];

const sizeOf = (size: number | null): number => size ?? -1;
