/** The command that installs a model, for clients and for the operator. */
import path from 'node:path';
import type { Configuration } from '../configuration.ts';
import { shellWord } from '../repository/shell-word.ts';
import { settings } from '../settings.ts';

/** Whether nobody has said where the models are; only then what the package bundles is served. */
export function areUsualFolders({ modelsFolders }: Pick<Configuration, 'modelsFolders'>): boolean {
  return modelsFolders === settings.modelsFolders.fallback;
}

/** Works in a checkout and wherever the package is installed. */
export function pullCommand(name: string): string {
  return `npm run fovea -- models pull ${name}`;
}

/** It names folders: for the operator, not for clients. */
export function operatorCommand(name: string, configuration: Pick<Configuration, 'modelsFolders'>): string {
  if (areUsualFolders(configuration)) return pullCommand(name);
  const folders = configuration.modelsFolders.map((folder) => path.resolve(folder)).join(path.delimiter);
  return `${pullCommand(name)} --models-dir ${shellWord(folders)}`;
}
