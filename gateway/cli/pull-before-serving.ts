/** Fetches the model of FOVEA_PULL before the server starts; when that fails, says so and lets it start without. */
import path from 'node:path';

import type { Configuration } from '../configuration.ts';
import { areUsualFolders } from '../model-sources/pull-command.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { shippedModels } from '../repository/shipped-models.ts';
import type { Log } from '../telemetry/log.ts';
import type { Terminal } from './terminal.ts';

/** Never throws: a server with what it has is better than none. */
export async function pullBeforeServing(
  configuration: Configuration,
  log: Log,
  terminal: Terminal,
): Promise<void> {
  const { pull: name, modelsFolders, modelMirror } = configuration;
  if (name === undefined) return;
  // Loaded by the few starts that pull.
  const { pullByName, pullSentences } = await import('./pull-by-name.ts');
  try {
    const pulled = await pullByName({
      name,
      places: {
        modelsDirectories: modelsFolders.map((folder) => path.resolve(folder)),
        shipped: shippedModels(areUsualFolders(configuration)),
      },
      mirror: modelMirror,
      processEnvironment: terminal.environment,
      progress: terminal.error,
      signal: terminal.stop,
    });
    for (const sentence of pullSentences(name, pulled)) log.info({ model: name }, sentence);
  } catch (error) {
    if (terminal.stop.aborted) return;
    const isTold = error instanceof RepositoryError;
    const reason = isTold ? error.message : `Pulling ${name} failed for a reason that is not known.`;
    log.error(
      { model: name, ...(isTold ? {} : { error }) },
      `${reason} The server starts with the models it has.`,
    );
  }
}
