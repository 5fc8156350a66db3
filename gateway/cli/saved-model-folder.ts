/** Finds the SavedModel that a path stands for: the folder itself, or the newest version inside of a model's folder. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { modelAt } from '../repository/model-folder.ts';

/** Absolute path of the folder that holds `saved_model.pb`; undefined when the path leads to none. */
export async function savedModelFolder(place: string): Promise<string | undefined> {
  const whole = path.resolve(place);
  if (path.basename(whole) === 'saved_model.pb') return path.dirname(whole);
  const graph = await stat(path.join(whole, 'saved_model.pb')).catch(() => undefined);
  if (graph?.isFile() === true) return whole;
  const model = await modelAt(path.basename(whole), whole);
  return model?.versions.at(-1)?.folder;
}
