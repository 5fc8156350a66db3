/** Comparisons as a table for people and as JSON for programs. */
import {
  agrees,
  mostDifference,
  summaryOf,
  type ModelComparison,
  type PictureAnswer,
  type PictureComparison,
} from './comparison.ts';

const titles = ['model', 'pictures', 'same class', 'largest Δ', 'mean Δ', 'worst picture', ''];

/** Pictures listed for each model that does not hold. */
const mostListed = 10;

export function comparisonTable(comparisons: readonly ModelComparison[]): string {
  const rows = comparisons.map((comparison) => {
    const summary = summaryOf(comparison);
    return [
      comparison.model,
      String(summary.pictures),
      String(summary.agreeing),
      summary.largestDifference.toExponential(1),
      summary.meanDifference.toExponential(1),
      summary.worst === undefined ? '' : describe(summary.worst),
      summary.holds ? 'holds' : 'DIFFERS',
    ];
  });
  const table = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...comparisons.flatMap(differing), '', verdict(comparisons), ''].join('\n');
}

/** An infinite difference, of a picture that one engine alone took, is `null` in JSON. */
export function comparisonJson(
  comparisons: readonly ModelComparison[],
  surroundings: Readonly<Record<string, string>>,
): string {
  const models = comparisons.map((comparison) => {
    const { worst, ...summary } = summaryOf(comparison);
    const pictures = comparison.pictures.map(({ picture, here, there, difference }) => ({
      picture,
      embedded: withoutRow(here),
      tensorflow: withoutRow(there),
      difference,
    }));
    return { model: comparison.model, ...summary, worst: worst?.picture, pictures };
  });
  return `${JSON.stringify({ ...surroundings, mostDifference, models }, null, 2)}\n`;
}

function differing(comparison: ModelComparison): readonly string[] {
  const faulty = comparison.pictures.filter((one) => !agrees(one) || one.difference > mostDifference);
  if (faulty.length === 0) return [];
  const listed = faulty.slice(0, mostListed).map((one) => `  ${describe(one)}`);
  const rest = faulty.length > mostListed ? [`  … and ${faulty.length - mostListed} more`] : [];
  return ['', `${comparison.model}:`, ...listed, ...rest];
}

function describe({ picture, here, there, difference }: PictureComparison): string {
  const sides = `${words(here)} here, ${words(there)} in TensorFlow`;
  return `${picture} (${sides}, Δ ${difference.toExponential(1)})`;
}

function words(answer: PictureAnswer): string {
  return 'refusal' in answer ? 'refused' : `class ${answer.class}`;
}

function withoutRow(answer: PictureAnswer): object {
  if ('refusal' in answer) return answer;
  return { class: answer.class, probability: answer.probabilities[answer.class] };
}

function verdict(comparisons: readonly ModelComparison[]): string {
  const holding = comparisons.filter((comparison) => summaryOf(comparison).holds).length;
  const promise = `the same class on every picture and no probability more than ${mostDifference} off`;
  return `${holding} of ${comparisons.length} models answer as TensorFlow: ${promise}.`;
}
