/** The models of MODELS_DIR and of the package, served in this process. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '../configuration.ts';
import { meantName } from '../domain/hugging-face-id.ts';
import { sharingLoads } from '../inference/shared-loads.ts';
import { offerBesides, resnetAlias, type KnownModel } from '../inference/resnet-alias.ts';
import { errorCode } from '../repository/file-system-words.ts';
import type { InstalledModel } from '../repository/installed-model.ts';
import { huggingFaceIdOf } from '../repository/hugging-face-models.ts';
import { surveyModels } from '../repository/model-folder.ts';
import { serverSettingsNote } from '../repository/server-settings-note.ts';
import { shippedModels } from '../repository/shipped-models.ts';
import { settings } from '../settings.ts';
import type { Log } from '../telemetry/log.ts';
import { logFaults, modelToServe, noteImplementation } from './describe-model.ts';
import type { ModelSource } from './model-source.ts';
import { areUsualFolders, pullCommand } from './pull-command.ts';

/** What lies in the models folders, with every fault told to the log. */
export async function modelsFound(
  configuration: Pick<Configuration, 'modelsFolders'>,
  log: Log,
): Promise<readonly InstalledModel[]> {
  const survey = await surveyModels(
    configuration.modelsFolders.map((folder) => path.resolve(folder)),
    shippedModels(areUsualFolders(configuration)),
  );
  const faults = [...(await missingFolders(configuration.modelsFolders)), ...survey.faults];
  for (const fault of faults) log.warn({}, fault);
  for (const model of survey.models) logFaults(model, log);
  for (const folder of configuration.modelsFolders) {
    const note = await serverSettingsNote(path.resolve(folder));
    if (note !== undefined) log.warn({}, note);
  }
  return survey.models;
}

/** @param only serves this model only; all installed ones when absent */
export async function modelsOnDisk(
  configuration: Configuration,
  log: Log,
  only?: string,
): Promise<ModelSource> {
  const found = await modelsFound(configuration, log);
  const knownModels = found.map(knownModel);
  const resnet = resnetAlias({ wanted: configuration.resnetModel, models: knownModels });
  const wanted = only === 'resnet' ? resnet.name : meantName(only, knownModels);
  const models = found.filter(({ name }) => wanted === undefined || name === wanted);
  for (const model of models) noteImplementation(model, log);
  return {
    models: models.map((model) => ({
      ...modelToServe(
        model,
        configuration.modelVersions === 'all' ? model.versions : model.versions.slice(-1),
      ),
      installCommand: knownModel(model).installCommand,
    })),
    resnet,
    installed: models
      .filter(({ versions, unreadable }) => versions.length > 0 && unreadable === undefined)
      .map(({ name }) => name),
    unreadable: models.filter(({ unreadable }) => unreadable !== undefined).map(({ name }) => name),
    known: found.map(({ name }) => name),
    offered: offerBesides(resnet, knownModels)?.name,
    backends: [],
    // Settings that name a model of Hugging Face give another name to one that is installed.
    load: (registry, engine, signal) => registry.loadAll(sharingLoads(engine), signal),
  };
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

function knownModel(model: InstalledModel): KnownModel {
  const { name, manifest, versions, unreadable } = model;
  return {
    name,
    huggingFaceId: huggingFaceIdOf(model),
    // What cannot be read is there: no other model may answer in its stead.
    isInstalled: versions.length > 0 || unreadable !== undefined,
    isUnreadable: unreadable !== undefined,
    ...(manifest === undefined ? {} : { installCommand: pullCommand(name) }),
  };
}
