/** The newest version of each installed model, or of the named ones, with what their manifests say. */
import path from 'node:path';
import { modelToServe } from '../../gateway/model-sources/describe-model.ts';
import { listInstalledModels } from '../../gateway/repository/model-folder.ts';
import type { ModelToCompare } from './compare-engines.ts';
import type { VerifyOptions } from './verify-command-line.ts';

/** @throws Error when a named model is not installed, or none is */
export async function findModelsToCompare({
  models: names,
  modelsFolder,
}: Pick<VerifyOptions, 'models' | 'modelsFolder'>): Promise<readonly ModelToCompare[]> {
  const found = await listInstalledModels([path.resolve(modelsFolder)]);
  const installed = found.filter(({ versions }) => versions.length > 0);
  const known = installed.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || installed.length === 0) {
    const there = known.length === 0 ? 'none' : known.join(', ');
    const missing = unknown.length === 0 ? 'No model is installed' : `${unknown.join(', ')} is not installed`;
    throw new Error(`${missing} in ${modelsFolder}; there is ${there}.`);
  }
  return installed
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap((model) => {
      const { facts, versions } = modelToServe(model, model.versions.slice(-1));
      return versions.map((version) => ({ version, signature: facts.signature, scores: facts.scores }));
    });
}
