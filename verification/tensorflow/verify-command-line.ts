/** The options of `npm run verify:tensorflow`: what they are called, what they mean, and what is wrong with given ones. */
import { parseArgs } from 'node:util';
import { mostDifference } from './comparison.ts';

export interface VerifyOptions {
  /** Names of models; every installed one when empty. */
  readonly models: readonly string[];
  readonly modelsFolder: string;
  readonly picturesFolder: string | undefined;
  /** Pictures at most, spread evenly over the folder. */
  readonly count: number;
  readonly reportFile: string | undefined;
}

export type VerifyCommandLine =
  | { readonly kind: 'run'; readonly options: VerifyOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'misused'; readonly fault: string };

export function readVerifyCommandLine(words: readonly string[]): VerifyCommandLine {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        model: { type: 'string', multiple: true, default: [] },
        'models-dir': { type: 'string', default: 'models' },
        images: { type: 'string' },
        count: { type: 'string', default: '100' },
        report: { type: 'string' },
      },
    }));
  } catch (error) {
    return { kind: 'misused', fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: 'help' };
  if (!/^[1-9]\d{0,8}$/.test(values.count)) {
    return {
      kind: 'misused',
      fault: `--count is "${values.count}"; expected a number of pictures, at least 1.`,
    };
  }
  return {
    kind: 'run',
    options: {
      models: values.model.flatMap((names) => names.split(',')).filter((name) => name !== ''),
      modelsFolder: values['models-dir'],
      picturesFolder: values.images,
      count: Number(values.count),
      reportFile: values.report,
    },
  };
}

export const verifyHelp = `npm run verify:tensorflow: asks TensorFlow itself about pictures, and compares its answers with Fovea's

Usage: npm run verify:tensorflow -- [options]

  --model NAMES       models to compare, separated by commas; may be repeated; default: every
                      installed one
  --models-dir FOLDER where models are installed, as in MODELS_DIR; default: models
  --images FOLDER     JPEG files to ask about; default: ../shared/data/imagenet-samples, else small
                      ones from verification/test_data
  --count NUMBER      pictures at most, spread evenly over the folder; default: 100
  --report FILE       also write every picture's answers to FILE, as JSON; - writes JSON instead of
                      the table to standard output
  --help              this text

The exit code is 0 when each model gives TensorFlow's class on every picture and no probability is
more than ${mostDifference} off, 1 when one does not or TensorFlow is missing, 2 when the options are wrong.
TensorFlow for Node.js (@tensorflow/tfjs-node, or tfjs-node-gpu where there is a GPU) is looked for in
the folder that FOVEA_TFJS names and beside this package.
`;
