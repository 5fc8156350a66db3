/** Prints what a conversion made: what it was, what it is now, and what it says to the test image. */
import type { ConversionReport } from '../../converter/conversion-report.ts';
import { describeRecipe } from '../../converter/network/describe-recipe.ts';
import type { Prediction } from '../domain/prediction.ts';
import { resultWriter } from './classify-output.ts';
import type { ConvertOptions } from './convert-options.ts';
import type { ConvertPlaces } from './convert-places.ts';
import { formatBytes } from './progress-bar.ts';
import type { OutputStream } from './terminal.ts';

export interface ConversionOutcome {
  readonly options: ConvertOptions;
  readonly places: ConvertPlaces;
  readonly report: ConversionReport;
  /** Bytes of the source, when it is one file. */
  readonly sourceSize: number | undefined;
  readonly seconds: number;
  /** Empty when there was no test image. */
  readonly predictions: readonly Prediction[];
}

const mostNamed = 5;

/** A shallower network takes the first blocks of a deeper one without complaint. */
const ifUnused = ' (if the network should have them, name another --architecture)';

export function printConversion(outcome: ConversionOutcome, out: OutputStream): void {
  const { options, predictions } = outcome;
  for (const [name, words] of facts(outcome)) out.write(`${name.padEnd(14)}${words}\n`);
  if (options.testImage === undefined) return;
  out.write('\n');
  const writer = resultWriter('table', out);
  writer.row({ file: options.testImage, outcome: { class: predictions[0]?.class ?? -1, predictions } });
  writer.finish();
}

function facts(outcome: ConversionOutcome): readonly (readonly [string, string])[] {
  const { options, places, report, sourceSize, seconds } = outcome;
  const { architecture, classCount, recipe, unused, savedModel, onnx } = report;
  const lines: (readonly [string, string])[] = [
    ['Source', `${options.weights}${sourceSize === undefined ? '' : `, ${formatBytes(sourceSize)}`}`],
  ];
  if (architecture !== undefined) {
    const how = options.architecture === undefined ? 'detected' : 'as given';
    lines.push(['Architecture', `${architecture} (${how})`]);
  }
  if (classCount !== undefined) {
    lines.push(['Classes', `${classCount}${options.hasBackgroundClass ? ', class 0 the background' : ''}`]);
  }
  lines.push(['Parameters', report.parameterCount.toLocaleString('en')]);
  if (architecture !== undefined)
    lines.push(['Unused', unused.length === 0 ? 'none' : `${named(unused)}${ifUnused}`]);
  if (recipe !== undefined) lines.push(['Pictures', describeRecipe(recipe)]);
  if (places.modelFolder !== undefined) {
    const size = savedModel.reduce((sum, file) => sum + file.size, 0);
    lines.push(['SavedModel', `${places.modelFolder}/${options.version}/, ${formatBytes(size)}`]);
  }
  if (places.onnxFile !== undefined && onnx !== undefined) {
    const batch = options.hasDynamicBatch ? 'any number of pictures' : 'one picture at a time';
    lines.push(['ONNX', `${places.onnxFile}, ${formatBytes(onnx.size)}, ${batch}, checked by ONNX Runtime`]);
  }
  lines.push(['Time', `${seconds.toFixed(1)} s`]);
  return lines;
}

/** Names come from the file: their control characters would reach the terminal. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ').replace(/\p{C}/gu, '?');
  return names.length > mostNamed ? `${names.length}: ${shown} and others` : `${names.length}: ${shown}`;
}
