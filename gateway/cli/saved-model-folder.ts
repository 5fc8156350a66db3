/** Finds the SavedModel that a path stands for: the folder itself, or the newest version inside of a model's folder. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { surveyModels } from '../repository/model-folder.ts';

/** Absolute path of the folder that holds `saved_model.pb`; undefined when the path leads to none. */
export async function savedModelFolder(place: string): Promise<string | undefined> {
  const whole = path.resolve(place);
  if (path.basename(whole) === 'saved_model.pb') return path.dirname(whole);
  const graph = await stat(path.join(whole, 'saved_model.pb')).catch(() => undefined);
  return graph?.isFile() === true ? whole : newestVersion(path.dirname(whole), path.basename(whole));
}

/** @param models a folder as MODELS_DIR names it. */
export async function newestVersion(models: string, name: string): Promise<string | undefined> {
  const { models: found } = await surveyModels([path.resolve(models)]);
  return found.find((model) => model.name === name)?.versions.at(-1)?.folder;
}
