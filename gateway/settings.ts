/** Every setting of the server: the one place that names, bounds, explains and defaults them. */
import path from 'node:path';
import {
  addressList,
  automatic,
  choice,
  choices,
  nameList,
  pathList,
  switchable,
  text,
  wholeNumber,
  type AnySetting,
  type ServerAddress,
  type Setting,
} from './environment.ts';

const network = 'Network';
const models = 'Models';
const compute = 'Computing';
const secondTier = 'TensorFlow Serving';
const limits = 'Limits';
const log = 'Log';

/** Lets `form` and `fallback` agree on the value's type. */
const setting = <Value>(description: Setting<Value>): Setting<Value> => description;

/** By the name of its field in the Configuration; in the order of the help and of the README. */
export const settings = {
  host: setting<string>({
    variable: 'HOST',
    group: network,
    form: text,
    fallback: '0.0.0.0',
    help: 'Address to listen on; 127.0.0.1 admits this machine only',
  }),
  port: setting<number>({
    variable: 'IC_PORT',
    group: network,
    form: wholeNumber({ min: 0, max: 65_535 }),
    fallback: 5000,
    help: 'TCP port to listen on; 0 takes any free one',
    aliases: ['--port'],
  }),
  grpcPort: setting<number | 'off'>({
    variable: 'GRPC_PORT',
    group: network,
    form: switchable(wholeNumber({ min: 0, max: 65_535 })),
    fallback: 5001,
    help: 'TCP port for gRPC; 0 takes any free one, off none',
  }),
  shutdownGraceSeconds: setting<number>({
    variable: 'SHUTDOWN_GRACE_SECONDS',
    group: network,
    form: wholeNumber({ min: 0, max: 3600 }),
    fallback: 30,
    unit: 'seconds',
    help: 'How long requests inside may take to finish after SIGTERM',
  }),
  modelsFolders: setting<readonly string[]>({
    variable: 'MODELS_DIR',
    group: models,
    form: pathList(path.delimiter),
    fallback: ['models'],
    help: 'Folders to look for models in, separated as in PATH; the first that has a model wins',
  }),
  resnetModel: setting<string | undefined>({
    variable: 'RESNET_MODEL',
    group: models,
    form: text,
    fallback: undefined,
    fallbackText: 'the first installed',
    help: 'Name of the model that answers /classify/resnet',
  }),
  modelVersions: setting<'latest' | 'all'>({
    variable: 'MODEL_VERSIONS',
    group: models,
    form: choice(['latest', 'all']),
    fallback: 'latest',
    help: 'Which versions of each model to load',
  }),
  modelMirror: setting<string | undefined>({
    variable: 'MODEL_MIRROR',
    group: models,
    form: text,
    fallback: undefined,
    fallbackText: 'none',
    help: 'Local folder to pull models from before their own sources',
  }),
  pull: setting<string | undefined>({
    variable: 'FOVEA_PULL',
    group: models,
    form: text,
    fallback: undefined,
    fallbackText: 'none',
    help: 'Model to fetch before serving if it is missing; --pull alone: efficientnet-lite0',
    aliases: ['--pull'],
    bareText: 'efficientnet-lite0',
  }),
  cacheFolder: setting<string | undefined>({
    variable: 'CACHE_DIR',
    group: models,
    form: text,
    fallback: undefined,
    fallbackText: '~/.cache/fovea',
    help: 'Folder for compiled models; it may be deleted at any time',
  }),
  workers: setting<number | 'auto'>({
    variable: 'WORKERS',
    group: compute,
    form: automatic(wholeNumber({ min: 1, max: 1024 })),
    fallback: 'auto',
    help: 'Worker threads per model; auto follows the CPUs this process may use',
  }),
  threadsPerWorker: setting<number | 'auto'>({
    variable: 'THREADS_PER_WORKER',
    group: compute,
    form: automatic(wholeNumber({ min: 1, max: 1024 })),
    fallback: 'auto',
    help: 'Threads each worker computes with; auto shares the CPUs out',
  }),
  tfService: setting<readonly ServerAddress[] | undefined>({
    variable: 'TF_SERVICE',
    group: secondTier,
    form: addressList,
    fallback: undefined,
    fallbackText: 'none',
    help: 'Servers that hold the models: host or host:port, by commas; without any they run here',
  }),
  tfProtocol: setting<'rest' | 'grpc'>({
    variable: 'TF_PROTOCOL',
    group: secondTier,
    form: choice(['rest', 'grpc']),
    fallback: 'rest',
    help: 'How those servers are asked: rest, grpc',
  }),
  tfPort: setting<number>({
    variable: 'TF_PORT',
    group: secondTier,
    form: wholeNumber({ min: 1, max: 65_535 }),
    fallback: 8501,
    help: 'Their port for rest, where TF_SERVICE names none',
  }),
  tfGrpcPort: setting<number>({
    variable: 'TF_GRPC_PORT',
    group: secondTier,
    form: wholeNumber({ min: 1, max: 65_535 }),
    fallback: 8500,
    help: 'Their port for grpc, where TF_SERVICE names none',
  }),
  tfTimeoutSeconds: setting<number>({
    variable: 'TF_TIMEOUT_SECONDS',
    group: secondTier,
    form: wholeNumber({ min: 1, max: 3600 }),
    fallback: 30,
    unit: 'seconds',
    help: 'How long they may take to answer, a second try included',
  }),
  tfModels: setting<readonly string[]>({
    variable: 'TF_MODELS',
    group: secondTier,
    form: nameList,
    fallback: [],
    fallbackText: 'none',
    help: 'Models to ask them for besides RESNET_MODEL and those with a manifest here, by commas',
  }),
  maxQueue: setting<number>({
    variable: 'MAX_QUEUE',
    group: limits,
    form: wholeNumber({ min: 0 }),
    fallback: 256,
    unit: 'requests',
    help: 'Requests that may wait for a worker; more are refused at once as overloaded',
  }),
  classifyFormats: setting<readonly ('jpeg' | 'png' | 'webp')[]>({
    variable: 'CLASSIFY_FORMATS',
    group: limits,
    form: choices(['jpeg', 'png', 'webp']),
    fallback: ['jpeg'],
    help: 'Picture formats to accept, separated by commas: jpeg, png, webp',
  }),
  maxUploadBytes: setting<number>({
    variable: 'MAX_UPLOAD_BYTES',
    group: limits,
    form: wholeNumber({ min: 1 }),
    fallback: 20_971_520,
    unit: 'bytes',
    help: 'Largest request body; beyond, the answer is 413',
  }),
  maxPixels: setting<number>({
    variable: 'MAX_PIXELS',
    group: limits,
    form: wholeNumber({ min: 1 }),
    fallback: 50_000_000,
    unit: 'pixels',
    help: 'Largest picture, width times height, read from its header before decoding',
  }),
  maxPictures: setting<number>({
    variable: 'MAX_PICTURES',
    group: limits,
    form: wholeNumber({ min: 1 }),
    fallback: 64,
    unit: 'pictures',
    help: 'Most pictures in one request',
  }),
  logLevel: setting<'debug' | 'info' | 'warn' | 'error' | 'silent'>({
    variable: 'LOG_LEVEL',
    group: log,
    form: choice(['debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'info',
    help: 'Least important lines to write: debug, info, warn, error, silent',
  }),
  logFormat: setting<'pretty' | 'json' | undefined>({
    variable: 'LOG_FORMAT',
    group: log,
    form: choice(['pretty', 'json']),
    fallback: undefined,
    fallbackText: 'pretty on a terminal, else json',
    help: 'How log lines look: pretty for people, json for programs',
  }),
};

export const allSettings: readonly AnySetting[] = Object.values(settings);
