/** How often each class was the answer: what can be said of pictures whose true labels nobody knows. */
import { type Markup, markup } from './markup.ts';
import { percent, shareOf } from './percent.ts';
import type { ReportFacts } from './report-facts.ts';
import { scrollable } from './scrollable.ts';

const mostClasses = 30;

export function predictionsSection({ tally, nameOf }: ReportFacts): Markup {
  if (tally.answered === 0) return markup``;
  const classes = [...tally.predictions].sort(
    ([leftClass, left], [rightClass, right]) => right - left || leftClass - rightClass,
  );
  const shown = classes.slice(0, mostClasses);
  const table = markup`<table>
<caption>Answers by class${shown.length < classes.length ? `, ${shown.length} of ${classes.length}` : undefined}</caption>
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Number</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>
${shown.map(
  ([one, pictures]) =>
    markup`<tr><th scope="row"><bdi>${nameOf(one)}</bdi></th><td class="number">${one}</td><td class="number">${pictures}</td><td class="number">${percent(shareOf(pictures, tally.answered))}</td></tr>
`,
)}</tbody>
</table>`;
  return markup`<section aria-labelledby="predictions">
<h2 id="predictions">Answers</h2>
${scrollable('Answers by class', table)}
</section>`;
}
