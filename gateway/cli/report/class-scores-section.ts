/** Precision and recall of every class as a table. */
import { meanScores, type ClassScore } from './class-scores.ts';
import { type Markup, markup } from './markup.ts';
import { percent } from './percent.ts';
import type { ReportFacts } from './report-facts.ts';
import { scrollable } from './scrollable.ts';

/** Up to here all classes stand in their order; beyond, the worst ones come first and the table is folded. */
const shortTable = 30;
const longestTable = 1000;

export function classScoresSection({ nameOf }: ReportFacts, scores: readonly ClassScore[]): Markup {
  const isShort = scores.length <= shortTable;
  const shown = (isShort ? scores : worstFirst(scores)).slice(0, longestTable);
  const cut = shown.length < scores.length ? ` The table holds ${shown.length} of ${scores.length}.` : '';
  const table = scrollable('Precision and recall of each class', scoresTable(shown, scores, nameOf));
  return markup`<section aria-labelledby="classes">
<h2 id="classes">Classes</h2>
<p class="note">Precision: how often the answer is right when the model names this class. Recall: how many pictures of the class it
finds. F1: the harmonic mean of the two.${isShort ? undefined : ` The worst classes come first.${cut}`}</p>
${isShort ? table : markup`<details><summary>${shown.length} classes</summary>${table}</details>`}
</section>`;
}

function worstFirst(scores: readonly ClassScore[]): readonly ClassScore[] {
  return [...scores].sort(
    (left, right) =>
      (left.f1 ?? 1) - (right.f1 ?? 1) || right.pictures - left.pictures || left.class - right.class,
  );
}

function scoresTable(
  shown: readonly ClassScore[],
  all: readonly ClassScore[],
  nameOf: ReportFacts['nameOf'],
): Markup {
  const mean = meanScores(all);
  return markup`<table>
<caption>Precision and recall of each class</caption>
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Number</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Predicted</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead>
<tbody>
${shown.map(
  (score) =>
    markup`<tr><th scope="row"><bdi>${nameOf(score.class)}</bdi></th><td class="number">${score.class}</td><td class="number">${score.pictures}</td><td class="number">${score.predicted}</td><td class="number">${percent(score.precision)}</td><td class="number">${percent(score.recall)}</td><td class="number">${percent(score.f1)}</td></tr>
`,
)}</tbody>
<tfoot><tr><th scope="row" colspan="4">Mean of the ${mean.classes} classes with pictures</th><td class="number">${percent(mean.precision)}</td><td class="number">${percent(mean.recall)}</td><td class="number">${percent(mean.f1)}</td></tr></tfoot>
</table>`;
}
