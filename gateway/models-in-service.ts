/** Joins what lies on disk, the engine that runs it and the data plane: everything a picture meets after its protocol. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from './configuration.ts';
import type { Engine } from './domain/engine.ts';
import { createOnnxEngine } from './engines/onnx/onnx-engine.ts';
import { inspectImage } from './imaging/inspect-image.ts';
import { Classification } from './inference/classification.ts';
import { ModelRegistry, type LoadReport } from './inference/model-registry.ts';
import type { ModelToServe } from './inference/model-slot.ts';
import { offerBesides, resnetAlias, type KnownModel } from './inference/resnet-alias.ts';
import { errorCode } from './repository/file-system-words.ts';
import { statedRecipe } from './repository/manifest-preprocessing.ts';
import { surveyModels, type InstalledModel } from './repository/model-folder.ts';
import { shippedModels } from './repository/shipped-models.ts';
import { settings } from './settings.ts';
import type { Log } from './telemetry/log.ts';

export interface ModelsInService {
  readonly registry: ModelRegistry;
  readonly classification: Classification;
  /** Names of the models that will be loaded. */
  readonly installed: readonly string[];
  /** Names of the models that are there and cannot be served, since the system does not let them be read. */
  readonly unreadable: readonly string[];
  /** Names of all models found, installed or not, whether or not they will be loaded. */
  readonly known: readonly string[];
  /** A better model for `/classify/resnet` than the bundled one, when that one answers and this one can be pulled. */
  readonly offered: string | undefined;
  /** The command that installs a model where this server looks. It names folders: for the operator, not for clients. */
  readonly operatorCommand: (name: string) => string;
  /** Loads everything, the model behind `/classify/resnet` first; resolves when each is ready or has failed. */
  load(signal: AbortSignal): Promise<void>;
  close(graceMilliseconds?: number): Promise<void>;
}

export interface ModelsInServiceOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  /** Serves this model only; all installed ones when absent. */
  readonly only?: string | undefined;
  readonly onLoaded?: (report: LoadReport) => void;
}

/** Reads the models folders; loads nothing yet. */
export async function openModels(options: ModelsInServiceOptions): Promise<ModelsInService> {
  const { configuration, log } = options;
  const survey = await surveyModels(
    configuration.modelsFolders.map((folder) => path.resolve(folder)),
    shippedModels(areUsualFolders(configuration)),
  );
  const faults = [...(await missingFolders(configuration.modelsFolders)), ...survey.faults];
  for (const fault of faults) log.warn({}, fault);
  for (const model of survey.models) logFaults(model, log);
  const knownModels = survey.models.map(knownModel);
  const resnet = resnetAlias({ wanted: configuration.resnetModel, models: knownModels });
  const alias = resnet.kind === 'model' ? resnet.name : undefined;
  const only = options.only === 'resnet' ? (alias ?? resnet.name) : options.only;
  const models = survey.models.filter(({ name }) => only === undefined || name === only);
  const registry = new ModelRegistry({
    models: models.map((model) => modelToServe(model, configuration)),
    resnet,
    onLoaded({ fault, ...report }) {
      if (fault !== undefined) log.warn({}, `${report.name}/${report.version}: ${fault}`);
      options.onLoaded?.(report);
    },
  });
  const engine = engineFor(configuration, log);
  return {
    registry,
    classification: new Classification({
      registry,
      inspectImage,
      limits: {
        allowedFormats: configuration.classifyFormats,
        maxPixels: configuration.maxPixels,
        maxPictures: configuration.maxPictures,
      },
    }),
    installed: models
      .filter(({ versions, unreadable }) => versions.length > 0 && unreadable === undefined)
      .map(({ name }) => name),
    unreadable: models.filter(({ unreadable }) => unreadable !== undefined).map(({ name }) => name),
    known: survey.models.map(({ name }) => name),
    offered: offerBesides(resnet, knownModels)?.name,
    operatorCommand: (name) => operatorCommand(name, configuration),
    load: (signal) => registry.loadAll(engine, signal),
    async close(graceMilliseconds) {
      await registry.close(graceMilliseconds);
      await engine.close(graceMilliseconds);
    },
  };
}

/** Clients of a model that cannot be read are sent to the log, so its faults must not depend on the level of warnings. */
function logFaults({ name, faults, unreadable }: InstalledModel, log: Log): void {
  for (const fault of faults) {
    if (unreadable === undefined) log.warn({}, `${name}: ${fault}`);
    else log.error({}, `${name}: ${fault}`);
  }
}

/** The default folder may be missing; one that somebody named is a mistake when it is. */
async function missingFolders(folders: readonly string[]): Promise<readonly string[]> {
  const checked = folders.map(async (folder) => {
    const exists = await stat(folder).then(
      () => true,
      (error: unknown) => errorCode(error) !== 'ENOENT',
    );
    return exists || settings.modelsFolders.fallback.includes(folder)
      ? []
      : [`The models folder ${folder} does not exist; check MODELS_DIR.`];
  });
  return (await Promise.all(checked)).flat();
}

function engineFor(configuration: Configuration, log: Log): Engine {
  const { workers, threadsPerWorker } = configuration;
  return createOnnxEngine({
    cacheDirectory: path.resolve(configuration.cacheFolder),
    maxQueue: configuration.maxQueue,
    maxPixels: configuration.maxPixels,
    log,
    ...(workers === 'auto' ? {} : { workers }),
    ...(threadsPerWorker === 'auto' ? {} : { threadsPerWorker }),
  });
}

function knownModel({ name, manifest, versions, unreadable }: InstalledModel): KnownModel {
  return {
    name,
    // What cannot be read is there: no other model may answer in its stead.
    isInstalled: versions.length > 0 || unreadable !== undefined,
    isUnreadable: unreadable !== undefined,
    ...(manifest === undefined ? {} : { installCommand: pullCommand(name) }),
  };
}

function modelToServe(model: InstalledModel, { modelVersions }: Configuration): ModelToServe {
  const { manifest, labels, unreadable } = model;
  const preprocessing = statedRecipe(manifest?.preprocessing);
  const versions = modelVersions === 'all' ? model.versions : model.versions.slice(-1);
  return {
    name: model.name,
    facts: {
      title: manifest?.title,
      licence: manifest?.licence,
      labels,
      scores: manifest?.scores,
      signature: manifest?.signature,
    },
    versions: versions.map((version) => ({ ...version, preprocessing })),
    installedVersions: model.versions.map(({ version }) => version),
    installCommand: knownModel(model).installCommand,
    fault:
      unreadable === undefined
        ? undefined
        : `Its ${unreadable} cannot be read; the log of the server says why.`,
  };
}

/** Whether nobody has said where the models are; only then what the package bundles is served. */
export function areUsualFolders({ modelsFolders }: Pick<Configuration, 'modelsFolders'>): boolean {
  return modelsFolders === settings.modelsFolders.fallback;
}

/** Works in a checkout and wherever the package is installed. */
function pullCommand(name: string): string {
  return `npm run fovea -- models pull ${name}`;
}

function operatorCommand(name: string, configuration: Configuration): string {
  if (areUsualFolders(configuration)) return pullCommand(name);
  const folders = configuration.modelsFolders.map((folder) => path.resolve(folder)).join(path.delimiter);
  return `${pullCommand(name)} --models-dir ${quoted(folders)}`;
}

/** As a shell reads it back. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
