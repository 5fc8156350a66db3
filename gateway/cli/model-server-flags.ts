/** The flags of tensorflow_model_server that `serve --as tensorflow-serving` takes, and what each means here. */

/** What becomes of a flag. */
export type FlagUse =
  /** It does here what it does there. */
  | 'obeyed'
  /** Taken so that command lines need no change, and told in the log. */
  | 'ignored'
  /** To go on as if it were obeyed would be worse than to stop. */
  | 'refused';

export interface ModelServerFlag {
  /** As it is written after two hyphens. */
  readonly name: string;
  readonly form: 'text' | 'number' | 'port' | 'switch';
  readonly use: FlagUse;
  /** One line without a full stop: the meaning of an obeyed flag, the reason for another. */
  readonly help: string;
}

function all(
  use: FlagUse,
  form: ModelServerFlag['form'],
  helps: Readonly<Record<string, string>>,
): readonly ModelServerFlag[] {
  return Object.entries(helps).map(([name, help]) => ({ name, form, use, help }));
}

const byItself = 'chosen here by itself';
const oneRuntime = 'belongs to the TensorFlow runtime, which is not used here';

/** In the order of the help. */
export const modelServerFlags: readonly ModelServerFlag[] = [
  ...all('obeyed', 'port', {
    port: 'TCP port for gRPC, 8500 unless given; 0 for none',
    rest_api_port: 'TCP port for REST, 8501 unless given; 0 takes any free one',
  }),
  ...all('obeyed', 'number', {
    rest_api_timeout_in_ms: 'How long a REST inference may take, 30000 ms unless given',
  }),
  ...all('obeyed', 'text', {
    model_name: 'Name of the one model, MODEL_NAME or "model" unless given',
    model_base_path: 'Folder of its versions, MODEL_BASE_PATH or /models, and the name, unless given',
    model_config_file: 'File of a ModelServerConfig with any number of models; wins over the two above',
  }),
  ...all('obeyed', 'number', {
    model_config_file_poll_wait_seconds: 'How often to read that file again; 0, as unless given, for never',
    file_system_poll_wait_seconds:
      'How often to look for new versions, every second unless given; 0 for once',
    tensorflow_session_parallelism: 'Threads to compute with, as one worker; 0 leaves it to the server',
    tensorflow_intra_op_parallelism: 'Threads for one inference; 0 leaves it to the server',
    tensorflow_inter_op_parallelism: 'Inferences at once; 0 leaves it to the server',
  }),
  ...all('obeyed', 'switch', {
    enable_serialization_as_tensor_content: 'Answers tensors over gRPC as raw bytes',
    allow_version_labels_for_unavailable_models:
      'New labels may point at versions that are not loaded; they are refused otherwise',
    rest_api_enable_cors_support: 'Lets scripts of any web page call the REST API',
  }),
  ...all('ignored', 'switch', {
    enable_batching: 'requests are run as they come',
    enable_per_model_batching_parameters: 'requests are run as they come',
    enable_model_warmup: 'every model is warmed up',
    enable_grpc_healthcheck_service: 'gRPC health is always there',
    enable_signature_method_name_check: 'signatures are told by their inputs and outputs',
    flush_filesystem_caches: 'files are read once and not kept',
    prefer_tflite_model: 'only SavedModels are served',
    use_tflite_model: 'only SavedModels are served',
    xla_cpu_compilation_enabled: oneRuntime,
    mixed_precision: oneRuntime,
    enable_profiler: oneRuntime,
    remove_unused_fields_from_bundle_metagraph: oneRuntime,
  }),
  ...all('ignored', 'text', {
    batching_parameters_file: 'requests are run as they come',
    monitoring_config_file: 'metrics are always at /monitoring/prometheus/metrics',
    saved_model_tags: 'the tag "serve" is the one that is read',
    platform_config_file: oneRuntime,
    tensorflow_session_config_file: oneRuntime,
    grpc_channel_arguments: byItself,
    thread_pool_factory_config_file: oneRuntime,
  }),
  ...all('ignored', 'number', {
    rest_api_num_threads: byItself,
    grpc_max_threads: byItself,
    num_load_threads: 'models are loaded one after the other',
    num_unload_threads: 'models are loaded one after the other',
    max_num_load_retries: 'what cannot be loaded is tried again as long as it is there',
    load_retry_interval_micros: 'the first pause is that of the polls, the longest a minute',
    num_request_iterations_for_warmup: 'every model is warmed up once',
    per_process_gpu_memory_fraction: 'no GPU is used',
    num_tflite_pools: 'only SavedModels are served',
    num_tflite_interpreters_per_pool: 'only SavedModels are served',
  }),
  ...all('refused', 'text', {
    ssl_config_file: 'TLS is not offered; put a proxy that has it before this server',
    grpc_socket_path: 'gRPC listens on TCP only; give its port',
  }),
];

/** One line for each flag, those without effect last. */
export function modelServerHelp(): string {
  const line = ({ name, form, help, use }: ModelServerFlag): string => {
    const value = form === 'switch' ? '' : `=<${form}>`;
    const remark = use === 'ignored' ? `no effect: ${help}` : use === 'refused' ? `refused: ${help}` : help;
    return `  --${name}${value}\n      ${remark}`;
  };
  return modelServerFlags.map(line).join('\n');
}
