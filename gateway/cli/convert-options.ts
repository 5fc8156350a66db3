/** The options of `fovea convert`: what they are called, what they mean, and what is wrong with given ones. */
import path from 'node:path';
import type { PreprocessingRecipe } from '../domain/preprocessing.ts';
import { isModelName } from '../repository/relative-path.ts';
import { readRecipe, recipeFlags } from './convert-recipe.ts';
import { takeOwnFlags, type OwnFlags } from './own-flags.ts';

export interface ConvertOptions {
  /** A checkpoint, or the folder of a SavedModel. */
  readonly weights: string;
  /** An ONNX file or a models folder. */
  readonly output: string;
  readonly hasOnnx: boolean;
  readonly hasSavedModel: boolean;
  readonly testImage: string | undefined;
  readonly hasDynamicBatch: boolean;
  readonly architecture: string | undefined;
  /** A text file. */
  readonly labels: string | undefined;
  readonly recipe: Partial<PreprocessingRecipe>;
  readonly name: string;
  readonly version: number;
  readonly hasBackgroundClass: boolean;
  readonly licence: string;
  /** Whether what is there already is replaced. */
  readonly isForced: boolean;
}

export const convertUsage = `fovea convert: turns trained weights into something every engine serves

Usage: fovea convert --weights <file> [--output <file or folder>] [options]

  --weights <file>       a PyTorch checkpoint (.pth, .pt), a safetensors file, or the folder of a SavedModel
  --output <place>       an ONNX file, or a models folder (default models/model.onnx)
  --format <format>      onnx, saved-model or both (default: onnx when --output ends in .onnx, else saved-model)
  --test-image <file>    a picture to classify with the result
  --dynamic-axes         the ONNX file takes any number of pictures at once, not just one
  --architecture <name>  instead of detecting it from the weights
  --labels <file>        one label a line, class 0 first, or the config.json of a Hugging Face model
  --background-class     a class 0 before all others that is never seen, as ImageNet models with 1001 classes have it
  --input-size <pixels>  side of the square that the network takes; --crop means the same
  --resize <pixels>      the shorter side before the square is cut from the middle, or stretch
  --mean, --std <numbers>    subtracted from red, green and blue, and divided by, such as 0.485,0.456,0.406
  --pixel-scale <1|255>  which pixels these two count on (default: 1 when no number is above 1, else 255)
  --name <name>          the model's name (default: the name of the file of weights)
  --version <number>     the model's version (default 1)
  --licence <name>       the licence of the weights, for the manifest (default unknown)
  --force                replaces what is there already

A SavedModel goes to <models folder>/<name>/<version>/, with manifest.json and labels.txt beside, where npm start finds
it. An ONNX file gets its manifest beside it, as <file>.manifest.json.

Exit code: 0 done, 1 stopped, 2 anything wrong; then nothing is left behind.`;

export const formats = ['onnx', 'saved-model', 'both'] as const;

const flagNames = {
  switches: ['--dynamic-axes', '--background-class', '--force'],
  values: [
    '--weights',
    '--output',
    '--format',
    '--test-image',
    '--architecture',
    '--labels',
    '--name',
    '--version',
    '--licence',
    ...recipeFlags,
  ],
};

export function convertFlags(words: readonly string[]): OwnFlags {
  return takeOwnFlags(words, flagNames);
}

/** All faults at once; the options hold only when there is none. */
export function readConvertOptions(own: OwnFlags): {
  readonly options: ConvertOptions;
  readonly faults: readonly string[];
} {
  const { values, switches } = own;
  const { recipe, faults: recipeFaults } = readRecipe(values);
  const faults = [...own.faults, ...own.rest.map((word) => `There is no option ${word}.`), ...recipeFaults];
  const weights = values.get('--weights') ?? '';
  if (weights === '' && own.faults.length === 0) faults.push('Name the file of weights with --weights.');
  const output = values.get('--output') ?? 'models/model.onnx';
  const stated = values.get('--format') ?? (isOnnxFile(output) ? 'onnx' : 'saved-model');
  const format = formats.find((known) => known === stated);
  if (format === undefined) faults.push(`--format must be one of ${formats.join(', ')}.`);
  if (format === 'onnx' && !isOnnxFile(output)) faults.push('--output must end in .onnx for --format onnx.');
  if (format === 'saved-model' && isOnnxFile(output)) {
    faults.push('--output must be a models folder for --format saved-model, not an ONNX file.');
  }
  const name = values.get('--name') ?? nameFrom(weights);
  if (!isModelName(name)) {
    faults.push('--name must consist of letters, digits, ".", "_" and "-", and not begin with a dot.');
  }
  const version = values.get('--version') ?? '1';
  if (!/^(0|[1-9]\d{0,15})$/.test(version) || !Number.isSafeInteger(Number(version))) {
    faults.push('--version must be a whole number, as TensorFlow Serving has it.');
  }
  const options = {
    weights,
    output,
    hasOnnx: format !== 'saved-model',
    hasSavedModel: format !== 'onnx',
    testImage: values.get('--test-image'),
    hasDynamicBatch: switches.has('--dynamic-axes'),
    architecture: values.get('--architecture'),
    labels: values.get('--labels'),
    recipe,
    name,
    version: Number(version),
    hasBackgroundClass: switches.has('--background-class'),
    licence: values.get('--licence') ?? 'unknown',
    isForced: switches.has('--force'),
  };
  return { options, faults };
}

export function isOnnxFile(place: string): boolean {
  return place.toLowerCase().endsWith('.onnx');
}

function nameFrom(weights: string): string {
  const { name } = path.parse(path.resolve(weights));
  const cleaned = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return cleaned === '' ? 'model' : cleaned;
}
