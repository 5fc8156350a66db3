/** The messages of the Open Inference Protocol's gRPC service, as the generated readers and writers take and give them. */
import type { Integer64 } from '../integer64.ts';

type MessageField<Message> = Message | null | undefined;

/** When read, `parameter_choice` says which of the fields is set; to write, set one. */
export interface InferParameterMessage {
  readonly parameter_choice?:
    'bool_param' | 'int64_param' | 'string_param' | 'double_param' | 'uint64_param' | undefined;
  readonly bool_param?: boolean;
  readonly int64_param?: Integer64;
  readonly string_param?: string;
  readonly double_param?: number;
  readonly uint64_param?: Integer64;
}

export type ParameterMap = Readonly<Record<string, InferParameterMessage>>;

/** Numbers are a typed array where our own reader has read them. */
export interface InferTensorContentsMessage {
  readonly bool_contents?: readonly boolean[] | Uint8Array;
  readonly int_contents?: readonly number[] | Int32Array;
  readonly int64_contents?: readonly Integer64[] | BigInt64Array;
  readonly uint_contents?: readonly number[] | Uint32Array;
  readonly uint64_contents?: readonly Integer64[] | BigUint64Array;
  readonly fp32_contents?: readonly number[] | Float32Array;
  readonly fp64_contents?: readonly number[] | Float64Array;
  readonly bytes_contents?: readonly Uint8Array[];
}

export interface InferTensorMessage {
  readonly name?: string;
  readonly datatype?: string;
  readonly shape?: readonly Integer64[];
  readonly parameters?: ParameterMap;
  readonly contents?: MessageField<InferTensorContentsMessage>;
}

export interface ModelInferRequestMessage {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly parameters?: ParameterMap;
  readonly inputs?: readonly InferTensorMessage[];
  readonly outputs?: readonly { readonly name?: string; readonly parameters?: ParameterMap }[];
  readonly raw_input_contents?: readonly Uint8Array[];
}

export interface ModelInferResponseMessage {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly parameters?: ParameterMap;
  readonly outputs?: readonly InferTensorMessage[];
  readonly raw_output_contents?: readonly Uint8Array[];
}

export interface ModelStreamInferResponseMessage {
  /** Empty for an answer. */
  readonly error_message?: string;
  readonly infer_response?: ModelInferResponseMessage;
}

/** The request of every method that asks about a model. */
export interface ModelRequestMessage {
  readonly name?: string;
  /** Empty for the newest. */
  readonly version?: string;
}

export interface RepositoryIndexRequestMessage {
  readonly repository_name?: string;
  readonly ready?: boolean;
}

export interface RepositoryModelRequestMessage {
  readonly repository_name?: string;
  readonly model_name?: string;
}

export interface SharedMemoryRequestMessage {
  /** Of the region. */
  readonly name?: string;
}

export interface TraceSettingRequestMessage {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly model_name?: string;
}

export interface LogSettingsRequestMessage {
  readonly settings?: Readonly<Record<string, unknown>>;
}
