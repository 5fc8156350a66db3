/** `fovea models …` with the folders and the mirror that the settings name. */
import path from 'node:path';
import { readConfiguration } from '../configuration.ts';
import { parseFlags } from '../flags.ts';
import { areUsualFolders } from '../model-sources/pull-command.ts';
import { shippedModels } from '../repository/shipped-models.ts';
import { allSettings } from '../settings.ts';
import { runModelsCommand } from './models.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';

export async function models(words: readonly string[], terminal: Terminal): Promise<number> {
  const { given, rest, faults } = parseFlags(words, allSettings);
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    flags: [...given.values()].map(({ origin, text }) => `${origin}=${text}`),
  });
  if ('faults' in outcome || faults.length > 0) {
    reportFaults([...faults, ...('faults' in outcome ? outcome.faults : [])], terminal);
    return exitCodes.misused;
  }
  const { modelsFolders, modelMirror } = outcome.configuration;
  return runModelsCommand(rest, {
    environment: {
      modelsDirectories: modelsFolders.map((folder) => path.resolve(folder)),
      shipped: shippedModels(areUsualFolders(outcome.configuration)),
      modelMirror,
      processEnvironment: terminal.environment,
    },
    out: (line) => {
      terminal.out.write(`${line}\n`);
    },
    progress: terminal.error,
    signal: terminal.stop,
  });
}
