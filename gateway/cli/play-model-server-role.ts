/** Gives a server what it needs to stand in for TensorFlow Serving, and keeps its models in step with their file. */
import type { Configuration } from '../configuration.ts';
import { modelsByConfiguration } from '../model-sources/models-by-configuration.ts';
import type { ServerOptions } from '../server.ts';
import type { Log } from '../telemetry/log.ts';
import type { ModelServerRole } from './read-model-server-role.ts';

export interface RoleSurroundings {
  readonly configuration: Configuration;
  readonly log: Log;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** @throws ServingError `invalid-input` when two models bear one name */
export async function playModelServerRole(
  { models, versionPollSeconds, configFile, servingApi, notes }: ModelServerRole,
  { configuration, log, signal }: RoleSurroundings,
): Promise<Pick<ServerOptions, 'source' | 'servingApi'>> {
  for (const note of notes) log.info({}, note);
  const source = await modelsByConfiguration({
    models,
    pollMilliseconds: versionPollSeconds === 0 ? undefined : versionPollSeconds * 1000,
    configuration,
    log,
  });
  const { reload } = source;
  if (configFile !== undefined && reload !== undefined) {
    configFile.file.follow({ pollSeconds: configFile.pollSeconds, reload, log, signal });
  }
  return { source, servingApi };
}
