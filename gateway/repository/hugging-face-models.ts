/** Finds the model that an id of the Hugging Face hub means: for a command, or for a `model-settings.json` without one. */
import type { InstalledVersion } from '../domain/model.ts';
import { meantName, modelOfId } from '../domain/hugging-face-id.ts';
import { convertCommand } from './convert-command.ts';
import type { InstalledModel } from './installed-model.ts';
import { versionNumberOf } from './settings-version.ts';

/** The id that a model is said to have: by its manifest first. */
export function huggingFaceIdOf({
  manifest,
  settings,
}: Pick<InstalledModel, 'manifest' | 'settings'>): string | undefined {
  return manifest?.huggingFace ?? settings?.huggingFaceId;
}

/** The model that a name or an id means. */
export function modelMeant(name: string, models: readonly InstalledModel[]): InstalledModel | undefined {
  const meant = meantName(
    name,
    models.map((model) => ({ name: model.name, huggingFaceId: huggingFaceIdOf(model) })),
  );
  return models.find((model) => model.name === meant);
}

/**
 * The same model with the newest version of the installed one, and with its manifest and labels where it has none; or
 * with the sentences that say what to do when none is installed. Nothing is downloaded.
 */
export function withHubModel(model: InstalledModel, all: readonly InstalledModel[]): InstalledModel {
  const id = model.settings?.huggingFaceId;
  if (id === undefined || model.elsewhere === undefined) return model;
  const installed = all.filter((other) => other !== model && other.versions.length > 0);
  const found = modelOfId(
    id,
    installed.map((other) => ({ ...other, huggingFaceId: huggingFaceIdOf(other) })),
  );
  const newest = found?.versions.at(-1);
  if (found === undefined || newest === undefined) return missing(model, id, installed);
  return {
    ...model,
    manifest: model.manifest ?? found.manifest,
    labels: model.labels ?? found.labels,
    versions: [renamed(model, newest)],
    refusal: undefined,
  };
}

function renamed({ name, settings }: InstalledModel, newest: InstalledVersion): InstalledVersion {
  const text = settings?.version;
  const version = (text === undefined ? undefined : versionNumberOf(text)) ?? newest.version;
  const label = text === String(version) ? undefined : text;
  return { name, version, folder: newest.folder, ...(label === undefined ? {} : { label }) };
}

/** As they are called on the hub. */
const usualWeights = { file: 'model.safetensors', labels: 'config.json' };

function missing(model: InstalledModel, id: string, installed: readonly InstalledModel[]): InstalledModel {
  const weights = model.elsewhere?.weights;
  const there =
    installed.length === 0 ? 'none is' : `installed: ${installed.map(({ name }) => name).join(', ')}`;
  const fault =
    `It is to be the Hugging Face model ${id}, but no installed model is that one (${there}), and nothing is downloaded by itself. ` +
    `Say "huggingFace": "${id}" in the manifest of the one that is, or ${weights === undefined ? 'fetch its weights and convert them' : 'convert its weights'}: ` +
    convertCommand(weights ?? usualWeights, model.folder);
  return {
    ...model,
    faults: [...model.faults, fault],
    refusal:
      `It is the Hugging Face model ${id}, which is not installed (${there}), and nothing is downloaded by itself; ` +
      `its weights are to be converted with npm run fovea -- convert, as the log of the server says.`,
  };
}
