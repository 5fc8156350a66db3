/** Gives a server what it needs to stand in for TensorFlow Serving, and keeps its models in step with their file. */
import type { Configuration } from '../configuration.ts';
import { ServingError } from '../domain/errors.ts';
import type { ModelSource } from '../model-sources/model-source.ts';
import {
  modelsByConfiguration,
  type ConfiguredModelsOptions,
} from '../model-sources/models-by-configuration.ts';
import type { ServerOptions } from '../server.ts';
import type { Log } from '../telemetry/log.ts';
import type { ModelServerRole } from './read-model-server-role.ts';

export interface RoleSurroundings {
  readonly configuration: Configuration;
  readonly log: Log;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** What the server is given, or faults when two models bear one name, or a label points at nothing. */
export type RolePart = Pick<ServerOptions, 'source' | 'servingApi'> | { readonly faults: readonly string[] };

export async function playModelServerRole(
  { models, versionPollSeconds, areUnavailableLabelsAllowed, configFile, servingApi, notes }: ModelServerRole,
  { configuration, log, signal }: RoleSurroundings,
): Promise<RolePart> {
  for (const note of notes) log.info({}, note);
  const source = await refusable({
    models,
    pollMilliseconds: versionPollSeconds === 0 ? undefined : versionPollSeconds * 1000,
    areUnavailableLabelsAllowed,
    configuration,
    log,
  });
  if ('faults' in source) return source;
  const { reload } = source;
  if (configFile !== undefined && reload !== undefined) {
    configFile.file.follow({ pollSeconds: configFile.pollSeconds, reload, log, signal });
  }
  return { source, servingApi };
}

async function refusable(
  options: ConfiguredModelsOptions,
): Promise<ModelSource | { readonly faults: readonly string[] }> {
  try {
    return await modelsByConfiguration(options);
  } catch (error) {
    if (error instanceof ServingError) return { faults: [error.message] };
    throw error;
  }
}
