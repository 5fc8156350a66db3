/** The models that a command can be asked about, and the one that is meant by a name. */
import {
  surveyModels,
  type InstalledModel,
  type ModelSurvey,
  type ShippedModels,
} from '../repository/model-folder.ts';
import { RepositoryError } from '../repository/repository-error.ts';

/** Where models are looked for. */
export interface ModelPlaces {
  /** The folders of MODELS_DIR. */
  readonly modelsDirectories: readonly string[];
  /** What the package itself knows. */
  readonly shipped: ShippedModels | undefined;
}

/** @param tell takes a sentence for each folder that cannot be read. */
export async function surveyPlaces(
  places: ModelPlaces,
  tell: (sentence: string) => void,
): Promise<ModelSurvey> {
  const found = await surveyModels(places.modelsDirectories, places.shipped);
  found.faults.forEach(tell);
  return found;
}

/** @throws RepositoryError that names the models there are. */
export async function modelNamed(
  places: ModelPlaces,
  name: string,
  tell: (sentence: string) => void,
): Promise<InstalledModel> {
  const { models } = await surveyPlaces(places, tell);
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) {
    const known = models.map((candidate) => candidate.name).join(', ');
    throw new RepositoryError(
      `There is no model "${name}". ${known === '' ? 'No models folder holds any; check MODELS_DIR.' : `Known models: ${known}.`}`,
    );
  }
  return model;
}
