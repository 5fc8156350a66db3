/** Finds SavedModels that lie where no model is looked for, so that nobody wonders why they are not served. */
import path from 'node:path';

import { isFolder, versionsIn } from './folder-contents.ts';
import { isFile } from './is-file.ts';
import { isModelName } from './relative-path.ts';

const graphFile = 'saved_model.pb';

/** @returns a sentence when the models folder is itself a model or a version of one. */
export async function misplacedModelsFolder(
  directory: string,
  entries: readonly string[],
): Promise<string | undefined> {
  const levels = entries.includes(graphFile) ? 2 : (await holdsVersion(directory, entries)) ? 1 : 0;
  if (levels === 0) return undefined;
  const meant = path.resolve(directory, ...Array<string>(levels).fill('..'));
  return `The folder ${directory} is a model, not a folder of models; set MODELS_DIR to ${meant}.`;
}

/** @returns a sentence when a folder among the models holds a SavedModel that its place or its name keeps out. */
export async function overlookedFolder(directory: string, name: string): Promise<string | undefined> {
  const folder = path.join(directory, name);
  if (name.startsWith('.') || /^\d+$/.test(name) || !(await isFolder(folder))) return undefined;
  const { versions } = await versionsIn(name, folder);
  const hasLooseGraph = await isFile(path.join(folder, graphFile));
  if (!isModelName(name)) {
    if (versions.length === 0 && !hasLooseGraph) return undefined;
    return `The folder ${folder} is not served; name it with letters, digits, ".", "_" and "-" only.`;
  }
  if (versions.length > 0 || !hasLooseGraph) return undefined;
  return `The folder ${folder} is not served; its ${graphFile} belongs into a folder of the version, such as ${name}/1.`;
}

async function holdsVersion(directory: string, entries: readonly string[]): Promise<boolean> {
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    if (await isFile(path.join(directory, entry, graphFile))) return true;
  }
  return false;
}
