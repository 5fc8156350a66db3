/** The models that a command can be asked about, and the one that is meant by a name. */
import { isHuggingFaceId } from '../domain/hugging-face-id.ts';
import { hubAdvice } from '../inference/absent-model.ts';
import { modelMeant } from '../repository/hugging-face-models.ts';
import type { InstalledModel } from '../repository/installed-model.ts';
import { surveyModels, type ModelSurvey, type ShippedModels } from '../repository/model-folder.ts';
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

/**
 * @param name also an id of the Hugging Face hub
 * @throws RepositoryError that names the models there are
 */
export async function modelNamed(
  places: ModelPlaces,
  name: string,
  tell: (sentence: string) => void,
): Promise<InstalledModel> {
  const { models } = await surveyPlaces(places, tell);
  const model = modelMeant(name, models);
  if (model === undefined) {
    throw new RepositoryError(
      unknownModelSentence(
        name,
        models.map((candidate) => candidate.name),
      ),
    );
  }
  return model;
}

export function unknownModelSentence(name: string, known: readonly string[]): string {
  const what = isHuggingFaceId(name)
    ? `No model here is "${name}" of Hugging Face, and ${hubAdvice}.`
    : `There is no model "${name}".`;
  const others =
    known.length === 0
      ? 'No models folder holds any; check MODELS_DIR.'
      : `Known models: ${known.join(', ')}.`;
  return `${what} ${others}`;
}
