/** What `serve --as tensorflow-serving` makes of its command line and of the variables of TensorFlow Serving's image. */
import path from 'node:path';
import type { AnySetting, GivenValue } from '../environment.ts';
import type { ServingApiOptions } from '../front-ends.ts';
import { settings } from '../settings.ts';
import type { ModelConfiguration } from '../wire/tensorflow-serving/model-configuration.ts';
import type { PortFlags } from './listen-fault.ts';
import { ModelConfigFile } from './model-config-file.ts';
import { takeModelServerFlags } from './take-model-server-flags.ts';

export interface ModelServerRole {
  /** The models to serve, whatever MODELS_DIR says. */
  readonly models: readonly ModelConfiguration[];
  /** Present when the models are configured by a file that is to be read again. */
  readonly configFile?: { readonly file: ModelConfigFile; readonly pollSeconds: number };
  /** Seconds from one look for new versions to the next; 0 for no other look than the first. */
  readonly versionPollSeconds: number;
  /** Whether a new label may point at a version that is not available. */
  readonly areUnavailableLabelsAllowed: boolean;
  readonly servingApi: ServingApiOptions;
  /** What follows for settings from the flags of tensorflow_model_server, by variable. */
  readonly settingValues: ReadonlyMap<string, GivenValue>;
  /** The other words, among them the flags of settings. */
  readonly settingWords: readonly string[];
  readonly portFlags: Partial<PortFlags>;
  /** Sentences for the log, each about a flag that has no effect. */
  readonly notes: readonly string[];
}

export interface RoleSource {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Values = ReadonlyMap<string, string>;

const portNames = { grpc: 'port', rest: 'rest_api_port' };
const flagOf = (name: string): string => `--${name}`;

const usual = { grpcPort: '8500', restPort: '8501', name: 'model', folder: '/models', timeout: '30000' };

/** Reads the model_config_file too, since nothing can be served when that is wrong. */
export async function readModelServerRole({
  words,
  environment,
}: RoleSource): Promise<ModelServerRole | { readonly faults: readonly string[] }> {
  const { values, rest, notes, faults } = takeModelServerFlags(words);
  const place = values.get('model_config_file');
  const file = place === undefined ? undefined : new ModelConfigFile(place);
  const read = file === undefined ? { models: [oneModel(values, environment)] } : await file.read();
  const allFaults = [...faults, ...('faults' in read ? read.faults : [])];
  if ('faults' in read || allFaults.length > 0) return { faults: allFaults };
  const pollSeconds = numberOf(values, 'model_config_file_poll_wait_seconds', '0');
  return {
    models: read.models,
    ...(file === undefined || pollSeconds <= 0 ? {} : { configFile: { file, pollSeconds } }),
    versionPollSeconds: Math.max(0, numberOf(values, 'file_system_poll_wait_seconds', '1')),
    areUnavailableLabelsAllowed: isOn(values, 'allow_version_labels_for_unavailable_models'),
    servingApi: {
      timeoutMilliseconds: Math.max(1, numberOf(values, 'rest_api_timeout_in_ms', usual.timeout)),
      isContentPreferred: isOn(values, 'enable_serialization_as_tensor_content'),
      isOpenToOtherOrigins: isOn(values, 'rest_api_enable_cors_support'),
    },
    settingValues: settingValues(values),
    settingWords: rest,
    portFlags: { http: flagOf(portNames.rest), grpc: flagOf(portNames.grpc) },
    notes,
  };
}

/** As the entry point of TensorFlow Serving's image names and places its one model. */
function oneModel(values: Values, environment: RoleSource['environment']): ModelConfiguration {
  const variable = (name: string, fallback: string): string => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? fallback : value;
  };
  const name = values.get('model_name') ?? variable('MODEL_NAME', usual.name);
  return {
    name,
    basePath: values.get('model_base_path') ?? path.join(variable('MODEL_BASE_PATH', usual.folder), name),
    platform: 'tensorflow',
    versionPolicy: { kind: 'latest', count: 1 },
    versionLabels: new Map(),
  };
}

/** The ports are always said: variables meant for the gateway may reach this server too. */
function settingValues(values: Values): ReadonlyMap<string, GivenValue> {
  const grpcPort = numberOf(values, portNames.grpc, usual.grpcPort);
  const restPort = numberOf(values, portNames.rest, usual.restPort);
  const session = unlessZero(values, 'tensorflow_session_parallelism');
  const threads = unlessZero(values, 'tensorflow_intra_op_parallelism') ?? session;
  const one = session && { ...session, text: '1' };
  const workers = unlessZero(values, 'tensorflow_inter_op_parallelism') ?? one;
  const given: readonly (readonly [AnySetting, GivenValue | undefined])[] = [
    [settings.grpcPort, { text: grpcPort === 0 ? 'off' : String(grpcPort), origin: flagOf(portNames.grpc) }],
    [settings.port, { text: String(restPort), origin: flagOf(portNames.rest) }],
    [settings.threadsPerWorker, threads],
    [settings.workers, workers],
  ];
  return new Map(
    given.flatMap(([{ variable }, value]) => (value === undefined ? [] : [[variable, value] as const])),
  );
}

/** 0 leaves the choice to the server. */
function unlessZero(values: Values, name: string): GivenValue | undefined {
  const text = values.get(name);
  return text === undefined || text === '0' ? undefined : { text, origin: flagOf(name) };
}

const isOn = (values: Values, name: string): boolean => values.get(name) === 'true';

function numberOf(values: Values, name: string, fallback: string): number {
  return Number(values.get(name) ?? fallback);
}
