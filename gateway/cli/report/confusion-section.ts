/** The confusion matrix, and the pairs that are mistaken most often where the matrix cannot show all. */
import type { ConfusionMatrix, ConfusionRow } from './confusion-matrix.ts';
import { type Markup, markup } from './markup.ts';
import { percent, shareOf } from './percent.ts';
import type { ReportFacts } from './report-facts.ts';
import { scrollable } from './scrollable.ts';

const mostPairs = 25;
/** Shades of a cell, besides none. */
const shades = 5;

export function confusionSection(facts: ReportFacts, matrix: ConfusionMatrix): Markup {
  const note = matrix.isWhole
    ? 'Each row is a true class, each column what the model said.'
    : `The ${matrix.classes.length} classes with the most mistakes. Each row is a true class, each column what the model said.`;
  const mistakes = facts.tally.confusions.mistakes;
  return markup`<section aria-labelledby="confusion">
<h2 id="confusion">Confusion matrix</h2>
<p class="note">${note} The stronger the colour, the larger the share of the row; the diagonal is right.</p>
${matrix.classes.length === 0 ? undefined : scrollable('Confusion matrix', matrixTable(facts, matrix))}
${mistakes.length === 0 ? undefined : scrollable('Most frequent confusions', pairsTable(facts))}
</section>`;
}

function matrixTable({ nameOf }: ReportFacts, { classes, rows, isWhole }: ConfusionMatrix): Markup {
  return markup`<table class="matrix">
<caption>Pictures by true class and answer</caption>
<thead><tr><th scope="col">true class</th>${classes.map(
    (one) => markup`<th scope="col" class="upright"><span><bdi>${nameOf(one)}</bdi></span></th>`,
  )}${isWhole ? undefined : markup`<th scope="col" class="upright"><span>another class</span></th>`}</tr></thead>
<tbody>
${rows.map(
  (row) => markup`<tr><th scope="row"><bdi>${nameOf(row.truth)}</bdi></th>${row.counts.map((count, column) =>
    cell(count, row, classes[column] === row.truth),
  )}${isWhole ? undefined : cell(row.elsewhere, row, false)}</tr>
`,
)}</tbody>
</table>`;
}

function cell(count: number, { pictures }: ConfusionRow, isRight: boolean): Markup {
  const shade = Math.ceil((shareOf(count, pictures) ?? 0) * shades);
  return markup`<td class="${isRight ? 'hit' : 'miss'} shade${shade}">${count === 0 ? markup`<span class="zero">0</span>` : count}</td>`;
}

function pairsTable({ tally, nameOf }: ReportFacts): Markup {
  const mistakes = tally.confusions.mistakes;
  const pictures = new Map<number, number>();
  for (const pair of tally.confusions.pairs) {
    pictures.set(pair.truth, (pictures.get(pair.truth) ?? 0) + pair.pictures);
  }
  const shown = mistakes.slice(0, mostPairs);
  return markup`<table>
<caption>Most frequent confusions${shown.length < mistakes.length ? `, ${shown.length} of ${mistakes.length}` : undefined}</caption>
<thead><tr><th scope="col">True class</th><th scope="col">Taken for</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Of the class</th></tr></thead>
<tbody>
${shown.map(
  ({ truth, predicted, pictures: count }) =>
    markup`<tr><th scope="row"><bdi>${nameOf(truth)}</bdi></th><td><bdi>${nameOf(predicted)}</bdi></td><td class="number">${count}</td><td class="number">${percent(shareOf(count, pictures.get(truth) ?? 0))}</td></tr>
`,
)}</tbody>
</table>`;
}
