/** The options of the bench: what they are called, what they mean, and what is wrong with given ones. */
import { parseArgs } from 'node:util';
import type { Scenario } from './bench.ts';

export interface BenchOptions {
  /** Names of scenarios; all of them when empty. */
  readonly only: readonly string[];
  readonly isQuick: boolean;
  readonly modelsFolder: string | undefined;
  readonly picturesFolder: string | undefined;
  readonly familiesFolder: string | undefined;
  readonly jsonFile: string | undefined;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'misused'; readonly fault: string };

type Named = Pick<Scenario, 'name' | 'title'>;

export function readCommandLine(words: readonly string[], scenarios: readonly Named[]): CommandLine {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean' },
        'models-dir': { type: 'string' },
        pictures: { type: 'string' },
        'families-dir': { type: 'string' },
        json: { type: 'string' },
      },
    }));
  } catch (error) {
    return { kind: 'misused', fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: 'help' };
  const only = (values.only ?? []).flatMap((names) => names.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = scenarios.map(({ name }) => name).join(', ');
    return { kind: 'misused', fault: `There is no scenario ${unknown.join(', ')}; there is ${known}.` };
  }
  return {
    kind: 'run',
    options: {
      only,
      isQuick: values.quick === true,
      modelsFolder: values['models-dir'],
      picturesFolder: values.pictures,
      familiesFolder: values['families-dir'],
      jsonFile: values.json,
    },
  };
}

export function helpText(scenarios: readonly Named[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return `npm run bench: measures what this project promises, and says which promises hold here

Usage: npm run bench -- [options]

  --only NAMES        scenarios to run, separated by commas; may be repeated
  --quick             fewer and shorter rounds: a first look, not a record
  --models-dir FOLDER models to measure, as in MODELS_DIR; default: an EdgeTPU model and ResNet-50,
                      where they lie in ../shared/data/models
  --pictures FOLDER   JPEG files to classify; default: ../shared/data/imagenet-samples, else small
                      ones from verification/test_data
  --families-dir FOLDER
                      SavedModels of keras.applications, as
                      verification/fidelity/keras-families/export-families.py writes them
  --json FILE         also write everything to FILE; - writes JSON instead of the table to standard output
  --help              this text

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}

The exit code is 0 when every promise holds, 1 when one is broken or could not be measured, 2 when the
options are wrong. Python with tensorflow is looked for in FOVEA_PYTHON, python3 and python.
`;
}
