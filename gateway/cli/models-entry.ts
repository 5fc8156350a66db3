/** `fovea models …` with the folders and the mirror that the settings name. */
import path from 'node:path';
import { readConfiguration } from '../configuration.ts';
import { runModelsCommand } from './models.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';

export async function models(words: readonly string[], terminal: Terminal): Promise<number> {
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    flags: [],
  });
  if ('faults' in outcome) {
    reportFaults(outcome.faults, terminal);
    return exitCodes.misused;
  }
  const { modelsFolders, modelMirror } = outcome.configuration;
  return runModelsCommand(words, {
    environment: {
      modelsDirectories: modelsFolders.map((folder) => path.resolve(folder)),
      modelMirror,
    },
    out: (line) => {
      terminal.out.write(`${line}\n`);
    },
    progress: terminal.error,
    signal: terminal.stop,
  });
}
