/** The messages of TensorFlow Serving's gRPC API, as the generated readers and writers take and give them. */
import type { Integer64 } from '../integer64.ts';

type MessageField<Message> = Message | null | undefined;

export interface TensorShapeMessage {
  readonly dim?: readonly { readonly size?: Integer64; readonly name?: string }[];
  readonly unknown_rank?: boolean;
}

/** Numbers are a typed array where our own reader has read them. */
export interface TensorProtoMessage {
  /** Number of the datatype, see `datatypes.ts`. */
  readonly dtype?: number;
  readonly tensor_shape?: MessageField<TensorShapeMessage>;
  readonly version_number?: number;
  readonly tensor_content?: Uint8Array;
  readonly half_val?: readonly number[] | Int32Array;
  readonly float_val?: readonly number[] | Float32Array;
  readonly double_val?: readonly number[] | Float64Array;
  readonly int_val?: readonly number[] | Int32Array;
  readonly string_val?: readonly Uint8Array[];
  readonly int64_val?: readonly Integer64[] | BigInt64Array;
  readonly bool_val?: readonly boolean[] | Uint8Array;
  readonly uint32_val?: readonly number[] | Uint32Array;
  readonly uint64_val?: readonly Integer64[] | BigUint64Array;
}

export interface ModelSpecMessage {
  readonly name?: string;
  /** Which of the two is set, when read; to write, set that one. */
  readonly version_choice?: 'version' | 'version_label' | undefined;
  readonly version?: MessageField<{ readonly value?: Integer64 }>;
  readonly version_label?: string;
  readonly signature_name?: string;
}

export interface FeatureMessage {
  readonly kind?: 'bytes_list' | 'float_list' | 'int64_list' | undefined;
  readonly bytes_list?: MessageField<{ readonly value?: readonly Uint8Array[] }>;
  readonly float_list?: MessageField<{ readonly value?: readonly number[] }>;
  readonly int64_list?: MessageField<{ readonly value?: readonly Integer64[] }>;
}

export interface ExampleMessage {
  readonly features?: MessageField<{ readonly feature?: Readonly<Record<string, FeatureMessage>> }>;
}

export interface InputMessage {
  readonly kind?: 'example_list' | 'example_list_with_context' | undefined;
  readonly example_list?: MessageField<{ readonly examples?: readonly ExampleMessage[] }>;
  readonly example_list_with_context?: MessageField<{
    readonly examples?: readonly ExampleMessage[];
    readonly context?: MessageField<ExampleMessage>;
  }>;
}

/** ClassificationRequest and RegressionRequest, which have the same fields. */
export interface ExamplesRequestMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
  readonly input?: MessageField<InputMessage>;
}

export interface ClassificationResultMessage {
  readonly classifications?: readonly {
    readonly classes?: readonly { readonly label?: string; readonly score?: number }[];
  }[];
}

export interface ClassificationResponseMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
  readonly result?: MessageField<ClassificationResultMessage>;
}

export interface RegressionResultMessage {
  readonly regressions?: readonly { readonly value?: number }[];
}

export interface RegressionResponseMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
  readonly result?: MessageField<RegressionResultMessage>;
}

export interface MultiInferenceRequestMessage {
  readonly tasks?: readonly {
    readonly model_spec?: MessageField<ModelSpecMessage>;
    /** `tensorflow/serving/classify` or `tensorflow/serving/regress`. */
    readonly method_name?: string;
  }[];
  readonly input?: MessageField<InputMessage>;
}

export interface MultiInferenceResponseMessage {
  readonly results?: readonly {
    readonly model_spec?: MessageField<ModelSpecMessage>;
    readonly result?: 'classification_result' | 'regression_result' | undefined;
    readonly classification_result?: MessageField<ClassificationResultMessage>;
    readonly regression_result?: MessageField<RegressionResultMessage>;
  }[];
}

export interface AnyMessage {
  readonly type_url?: string;
  readonly value?: Uint8Array;
}

export interface GetModelMetadataRequestMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
  /** `signature_def` is the only one there is. */
  readonly metadata_field?: readonly string[];
}

export interface GetModelMetadataResponseMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
  readonly metadata?: Readonly<Record<string, AnyMessage>>;
}

export interface TensorInfoMessage {
  readonly encoding?: 'name' | 'coo_sparse' | 'composite_tensor' | undefined;
  readonly name?: string;
  readonly dtype?: number;
  readonly tensor_shape?: MessageField<TensorShapeMessage>;
}

export interface SignatureDefMessage {
  readonly inputs?: Readonly<Record<string, TensorInfoMessage>>;
  readonly outputs?: Readonly<Record<string, TensorInfoMessage>>;
  readonly method_name?: string;
}

export interface SignatureDefMapMessage {
  readonly signature_def?: Readonly<Record<string, SignatureDefMessage>>;
}

export interface StatusMessage {
  /** A code of gRPC, 0 for none. */
  readonly error_code?: number;
  readonly error_message?: string;
}

export interface GetModelStatusRequestMessage {
  readonly model_spec?: MessageField<ModelSpecMessage>;
}

export interface ModelVersionStatusMessage {
  readonly version?: Integer64;
  /** 0 UNKNOWN, 10 START, 20 LOADING, 30 AVAILABLE, 40 UNLOADING, 50 END. */
  readonly state?: number;
  readonly status?: MessageField<StatusMessage>;
}

export interface GetModelStatusResponseMessage {
  readonly model_version_status?: readonly ModelVersionStatusMessage[];
}

export interface VersionPolicyMessage {
  readonly policy_choice?: 'latest' | 'all' | 'specific' | undefined;
  readonly latest?: MessageField<{ readonly num_versions?: number }>;
  readonly all?: MessageField<object>;
  readonly specific?: MessageField<{ readonly versions?: readonly Integer64[] }>;
}

export interface ModelConfigMessage {
  readonly name?: string;
  readonly base_path?: string;
  readonly model_platform?: string;
  readonly model_version_policy?: MessageField<VersionPolicyMessage>;
  readonly version_labels?: Readonly<Record<string, Integer64>>;
}

export interface ModelServerConfigMessage {
  readonly config?: 'model_config_list' | 'custom_model_config' | undefined;
  readonly model_config_list?: MessageField<{ readonly config?: readonly ModelConfigMessage[] }>;
  readonly custom_model_config?: MessageField<AnyMessage>;
}

export interface ReloadConfigRequestMessage {
  readonly config?: MessageField<ModelServerConfigMessage>;
  readonly metric_names?: readonly string[];
}

export interface ReloadConfigResponseMessage {
  readonly status?: MessageField<StatusMessage>;
}
