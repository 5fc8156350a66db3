/** A model as a configuration of TensorFlow Serving asks for it: from a folder of its own, by a policy of versions. */
import path from 'node:path';

import type { ModelConfiguration, VersionPolicy } from '../wire/tensorflow-serving/model-configuration.ts';
import type { InstalledModel } from './installed-model.ts';
import { modelAt, type ShippedModels } from './model-folder.ts';

/**
 * What lies at the base path, with the versions that the policy chooses, ascending. A folder that is missing or empty
 * gives a model without versions: it may be filled while the server runs. What is wrong is in its `faults`.
 *
 * @param shipped describes models that have no manifest of their own
 */
export async function configuredModel(
  configuration: ModelConfiguration,
  shipped?: ShippedModels,
): Promise<InstalledModel> {
  const { name, basePath, versionPolicy } = configuration;
  const folder = path.resolve(basePath);
  const found = (await modelAt(name, folder, shipped)) ?? absentModel(name, folder);
  const versions = chosenOf(found.versions, versionPolicy);
  const faults =
    versions.length > 0
      ? missingOf(found, versionPolicy)
      : [`The folder ${folder} holds none of the versions to serve; put the model into ${folder}/1.`];
  return { ...found, versions, faults: [...found.faults, ...faults] };
}

function chosenOf<Version extends { readonly version: number }>(
  ascending: readonly Version[],
  policy: VersionPolicy,
): readonly Version[] {
  switch (policy.kind) {
    case 'all':
      return ascending;
    case 'latest':
      return ascending.slice(-Math.max(1, policy.count));
    case 'specific':
      return ascending.filter(({ version }) => policy.versions.includes(version));
  }
}

function missingOf({ name, versions }: InstalledModel, policy: VersionPolicy): readonly string[] {
  if (policy.kind !== 'specific') return [];
  return policy.versions
    .filter((wanted) => !versions.some(({ version }) => version === wanted))
    .map((wanted) => `Version ${wanted} of model ${name} is to be served, but it is not there.`);
}

function absentModel(name: string, folder: string): InstalledModel {
  return {
    name,
    folder,
    manifest: undefined,
    labels: undefined,
    versions: [],
    unreadable: undefined,
    faults: [],
  };
}
