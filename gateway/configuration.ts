/** The one Configuration everything is built from, read from flags, environment and `.env`. */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { SettingReader, type AnySetting, type GivenValue, type ServerAddress } from './environment.ts';
import { parseFlags, unknownWords } from './flags.ts';
import { portClashes } from './port-clashes.ts';
import { allSettings, settings } from './settings.ts';

/** Where a server is asked, over the protocol that is configured. */
export interface BackendAddress extends ServerAddress {
  readonly port: number;
}

/** What the whole server is built from; `settings.ts` says what each value means. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number | 'off';
  /** Whether somebody has chosen that port; one that nobody has chosen may be taken by another program. */
  readonly isGrpcPortChosen: boolean;
  /** Where the metrics are found besides; `undefined` when nowhere else. */
  readonly metricsPort: number | undefined;
  /** Empty when there is none. */
  readonly rootPath: string;
  readonly apiKey: string | undefined;
  /** As given: relative ones are relative to the working directory. */
  readonly modelsFolders: readonly string[];
  readonly resnetModel: string | undefined;
  readonly modelVersions: 'latest' | 'all';
  readonly modelControl: 'none' | 'explicit';
  readonly modelMirror: string | undefined;
  readonly pull: string | undefined;
  readonly cacheFolder: string;
  readonly workers: number | 'auto';
  readonly threadsPerWorker: number | 'auto';
  /** Servers that hold the models; `undefined` when they run in this process. */
  readonly tfService: readonly BackendAddress[] | undefined;
  readonly tfProtocol: 'rest' | 'grpc';
  readonly tfTimeoutSeconds: number;
  readonly tfModels: readonly string[];
  readonly maxQueue: number;
  readonly classifyFormats: readonly ('jpeg' | 'png' | 'webp')[];
  readonly maxUploadBytes: number;
  readonly maxPixels: number;
  readonly maxPictures: number;
  readonly shutdownGraceSeconds: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly logFormat: 'pretty' | 'json';
}

export interface ConfigurationSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Words of the command line after the command. */
  readonly flags: readonly string[];
  /** Text of the `.env` file in the working directory, when there is one. */
  readonly envFile?: string | undefined;
  /** By variable, what follows from the flags of a server's role; flags of settings alone win over it. */
  readonly given?: ReadonlyMap<string, GivenValue>;
  /** By variable, those of a server's role, which everything else wins over. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Whether a person reads the log as it is written; decides the default of LOG_FORMAT. */
  readonly isTerminal?: boolean;
}

export type ConfigurationOutcome =
  | { readonly configuration: Configuration }
  /** One sentence for each fault, all of them at once. */
  | { readonly faults: readonly string[] };

/** Flag before environment variable before `.env` before what a platform sets before default; an empty value counts as not given. */
export function readConfiguration(source: ConfigurationSource): ConfigurationOutcome {
  const flags = parseFlags(source.flags, allSettings);
  const fromFile = parseEnv(source.envFile ?? '');
  const reader = new SettingReader(
    new Map([
      ...givenBy(source.defaults ?? {}, ' by default'),
      ...givenBySynonyms(fromFile, ' in .env'),
      ...givenBySynonyms(source.environment, ''),
      ...givenBy(fromFile, ' in .env'),
      ...givenBy(source.environment, ''),
      ...(source.given ?? []),
      ...flags.given,
    ]),
  );
  const tfProtocol = reader.read(settings.tfProtocol);
  const backends = reader.read(settings.tfService);
  const backendPorts = { rest: reader.read(settings.tfPort), grpc: reader.read(settings.tfGrpcPort) };
  const configuration: Configuration = {
    host: reader.read(settings.host),
    port: reader.read(settings.port),
    metricsPort: reader.read(settings.metricsPort),
    grpcPort: reader.read(settings.grpcPort),
    isGrpcPortChosen: reader.originOf(settings.grpcPort) !== undefined,
    rootPath: reader.read(settings.rootPath),
    apiKey: reader.read(settings.apiKey),
    modelsFolders: reader.read(settings.modelsFolders),
    resnetModel: reader.read(settings.resnetModel),
    modelVersions: reader.read(settings.modelVersions),
    modelControl: reader.read(settings.modelControl),
    modelMirror: reader.read(settings.modelMirror),
    pull: reader.read(settings.pull),
    cacheFolder: reader.read(settings.cacheFolder) ?? platformCacheFolder(source.environment),
    workers: reader.read(settings.workers),
    threadsPerWorker: reader.read(settings.threadsPerWorker),
    tfService: backends?.map(({ host, port = backendPorts[tfProtocol] }) => ({ host, port })),
    tfProtocol,
    tfTimeoutSeconds: reader.read(settings.tfTimeoutSeconds),
    tfModels: reader.read(settings.tfModels),
    maxQueue: reader.read(settings.maxQueue),
    classifyFormats: reader.read(settings.classifyFormats),
    maxUploadBytes: reader.read(settings.maxUploadBytes),
    maxPixels: reader.read(settings.maxPixels),
    maxPictures: reader.read(settings.maxPictures),
    shutdownGraceSeconds: reader.read(settings.shutdownGraceSeconds),
    logLevel: reader.read(settings.logLevel),
    logFormat: reader.read(settings.logFormat) ?? (source.isTerminal === true ? 'pretty' : 'json'),
  };
  const faults = [
    ...unknownWords(flags.rest, allSettings),
    ...flags.faults,
    ...reader.faults,
    ...clashesWithGrpc(configuration, reader),
  ];
  return faults.length > 0 ? { faults } : { configuration };
}

/**
 * HTTP answers for the metrics as well where both have one port. gRPC shares none; where nobody has chosen its port, it
 * gives way to whoever has that one, as it does to another program.
 */
function clashesWithGrpc(
  { port, grpcPort, metricsPort }: Configuration,
  reader: SettingReader,
): readonly string[] {
  const origin = reader.originOf(settings.grpcPort);
  if (origin === undefined) return [];
  const originOf = (setting: AnySetting): string =>
    reader.originOf(setting) ?? `${setting.variable} by default`;
  return portClashes({ server: 'gRPC', origin, port: grpcPort }, [
    { server: 'HTTP', origin: originOf(settings.port), port },
    { server: 'the metrics', origin: originOf(settings.metricsPort), port: metricsPort },
  ]);
}

type Variables = Readonly<Record<string, string | undefined>>;

function givenBy(values: Variables, where: string): readonly (readonly [string, GivenValue])[] {
  return allSettings.flatMap(({ variable }) => givenAs(variable, variable, { values, where }));
}

function givenBySynonyms(values: Variables, where: string): readonly (readonly [string, GivenValue])[] {
  return allSettings.flatMap(({ variable, synonyms = [] }) =>
    // The last entry of a map wins, and the first synonym goes first.
    [...synonyms].reverse().flatMap((synonym) => givenAs(variable, synonym, { values, where })),
  );
}

/** The value of the variable called `name`, for the setting whose own variable is another or the same. */
function givenAs(
  variable: string,
  name: string,
  { values, where }: { readonly values: Variables; readonly where: string },
): readonly (readonly [string, GivenValue])[] {
  const value = values[name]?.trim() ?? '';
  return value === '' ? [] : [[variable, { text: value, origin: `${name}${where}` }]];
}

function platformCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const cache = environment['XDG_CACHE_HOME'] ?? environment['LOCALAPPDATA'];
  if (cache !== undefined && cache !== '') return path.join(cache, 'fovea');
  const home = environment['HOME'] ?? environment['USERPROFILE'];
  // A process without a home, as in some containers, still has a place for what may be lost.
  return home === undefined || home === ''
    ? path.join(tmpdir(), 'fovea')
    : path.join(home, '.cache', 'fovea');
}
