/** The configuration inside a `HandleReloadConfigRequest`. */
import { ServingError } from '../../domain/errors.ts';
import { type Integer64, readInteger64 } from '../integer64.ts';
import type { ModelConfigMessage, ModelServerConfigMessage, VersionPolicyMessage } from './messages.ts';
import type { ModelConfiguration, VersionPolicy } from './model-configuration.ts';

/** @throws ServingError `invalid-input` */
export function fromModelServerConfig(
  message: ModelServerConfigMessage | null | undefined,
): readonly ModelConfiguration[] {
  if (message?.model_config_list) return (message.model_config_list.config ?? []).map(fromModelConfig);
  if (message?.custom_model_config)
    throw invalid('custom_model_config cannot be served; send a model_config_list.');
  throw invalid('The request holds no configuration; send a model_config_list.');
}

function fromModelConfig(message: ModelConfigMessage): ModelConfiguration {
  const { name = '', base_path = '' } = message;
  if (name === '' || base_path === '')
    throw invalid('A model needs a name and a base_path that are not empty.');
  const labels = Object.entries(message.version_labels ?? {});
  return {
    name,
    basePath: base_path,
    platform: message.model_platform ?? '',
    versionPolicy: fromPolicy(message.model_version_policy),
    versionLabels: new Map(labels.map(([label, version]) => [label, readVersion(version)])),
  };
}

function fromPolicy(policy: VersionPolicyMessage | null | undefined): VersionPolicy {
  if (policy?.all) return { kind: 'all' };
  if (policy?.specific) {
    const versions = (policy.specific.versions ?? []).map(readVersion);
    if (versions.length > 0) return { kind: 'specific', versions };
    throw invalid('The policy "specific" names no versions.');
  }
  return { kind: 'latest', count: policy?.latest?.num_versions || 1 };
}

function readVersion(version: Integer64): number {
  const number = readInteger64(version);
  if (number !== undefined && number >= 0) return number;
  throw invalid(`${version} is no version; versions are whole numbers from 0 on.`);
}

export function toModelServerConfig(models: readonly ModelConfiguration[]): ModelServerConfigMessage {
  return {
    model_config_list: {
      config: models.map(({ name, basePath, platform, versionPolicy, versionLabels }) => ({
        name,
        base_path: basePath,
        model_platform: platform,
        model_version_policy: toPolicy(versionPolicy),
        version_labels: Object.fromEntries(versionLabels),
      })),
    },
  };
}

function toPolicy(policy: VersionPolicy): VersionPolicyMessage {
  if (policy.kind === 'all') return { all: {} };
  if (policy.kind === 'latest') return { latest: { num_versions: policy.count } };
  return { specific: { versions: policy.versions } };
}

const invalid = (sentence: string): ServingError => new ServingError('invalid-input', sentence);
