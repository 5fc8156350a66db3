/** `fovea inspect`: what a model takes and gives, what it is made of, and how much work it is. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readConfiguration, type Configuration } from '../configuration.ts';
import { parseFlags } from '../flags.ts';
import { modelMeant } from '../repository/hugging-face-models.ts';
import { surveyModels } from '../repository/model-folder.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { allSettings } from '../settings.ts';
import { inspectionJson, inspectionLines } from './inspect-output.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { savedModelFolder } from './saved-model-folder.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { runInWorkshop } from './workshop.ts';

const usage = `fovea inspect: looks into a model

Usage: fovea inspect <model> [--output table|json]

  <model>    the name of a model in MODELS_DIR, a folder with saved_model.pb or with versions, an ONNX file,
             or a checkpoint (PyTorch, safetensors)
  --output   table for people, json for programs (default table)

Shows the signatures, the operations by kind, the parameters, the size, and an estimate of the multiplications, each with
its addition, that one picture takes. The settings of fovea serve apply too, such as --models-dir.

Exit code: 0 done, 1 stopped, 2 the model cannot be read.`;

const outputForms = ['table', 'json'] as const;

export async function inspect(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: [], values: ['--output'] });
  if (wantsHelp(own)) {
    terminal.out.write(`${usage}\n`);
    return exitCodes.done;
  }
  const flags = parseFlags(own.rest, allSettings);
  const [model, ...more] = flags.rest;
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    flags: [...flags.given.values()].map(({ origin, text }) => `${origin}=${text}`),
  });
  const output = outputForms.find((form) => form === (own.values.get('--output') ?? 'table'));
  const faults = [...own.faults, ...flags.faults, ...('faults' in outcome ? outcome.faults : [])];
  if (output === undefined) faults.push(`--output must be one of ${outputForms.join(', ')}.`);
  for (const word of flags.rest) if (word.startsWith('--')) faults.push(`There is no option ${word}.`);
  if (model === undefined || more.length > 0) faults.push('Name one model; --help tells more.');
  if (faults.length > 0 || model === undefined || 'faults' in outcome) {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  try {
    const place = await placeOf(model, outcome.configuration);
    const result = await runInWorkshop({ kind: 'inspect', place }, terminal);
    if (result.type !== 'inspected') throw new Error('the workshop did other work');
    const text =
      output === 'json'
        ? JSON.stringify(inspectionJson(model, result.inspection), undefined, 2)
        : inspectionLines(model, result.inspection).join('\n');
    terminal.out.write(`${text}\n`);
    return exitCodes.done;
  } catch (error) {
    if (terminal.stop.aborted) {
      reportFaults(['Stopped.'], terminal);
      return exitCodes.failed;
    }
    if (!(error instanceof RepositoryError)) throw error;
    reportFaults([error.message], terminal);
    return exitCodes.misused;
  }
}

/** What lies on disk under that very path comes before a model of that name. */
async function placeOf(model: string, { modelsFolders }: Configuration): Promise<string> {
  const found = await stat(model).catch(() => undefined);
  const isSavedModel = found?.isDirectory() === true || path.basename(model) === 'saved_model.pb';
  if (found !== undefined && isSavedModel) return (await savedModelFolder(model)) ?? path.resolve(model);
  if (found !== undefined) return path.resolve(model);
  const { models } = await surveyModels(modelsFolders.map((folder) => path.resolve(folder)));
  const installed = models.filter(({ versions }) => versions.length > 0);
  const newest = modelMeant(model, installed)?.versions.at(-1);
  if (newest !== undefined) return newest.folder;
  throw new RepositoryError(
    `There is no file, no folder and no installed model ${model}; fovea models list shows what is installed.`,
  );
}
