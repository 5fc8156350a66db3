/** The sections that show pictures: random samples, and the mistakes the model was surest of. */
import path from 'node:path';
import { type Markup, markup } from './markup.ts';
import { percent } from './percent.ts';
import type { ReportFacts } from './report-facts.ts';
import { shortened } from './shortened.ts';
import type { Answer } from './tally.ts';

const longestName = 80;
const longestPlace = 300;

export function samplesSection(facts: ReportFacts): Markup {
  const { samples, limits } = facts.tally;
  if (samples.length === 0) return markup``;
  return markup`<section aria-labelledby="samples">
<h2 id="samples">Random samples</h2>
<p class="note">${samples.length} of ${facts.tally.answered} pictures, drawn with the seed ${limits.seed}: the same pictures give the same sample again.</p>
${cards(samples, facts)}
</section>`;
}

export function mistakesSection(facts: ReportFacts): Markup {
  const { mistakes, labelled, right } = facts.tally;
  const note =
    mistakes.length === 0
      ? 'There are none: every picture with a true label was classified right.'
      : `${mistakes.length} of ${labelled - right} wrong answers, the surest first. Look here for wrong labels too.`;
  return markup`<section aria-labelledby="mistakes">
<h2 id="mistakes">Most confident mistakes</h2>
<p class="note">${note}</p>
${mistakes.length === 0 ? undefined : cards(mistakes, facts)}
</section>`;
}

function cards(answers: readonly Answer[], facts: ReportFacts): Markup {
  return markup`<ul class="cards">
${answers.map((answer) => card(answer, facts))}
</ul>`;
}

function card({ file, predicted, confidence, truth }: Answer, { nameOf, thumbnails }: ReportFacts): Markup {
  const thumbnail = thumbnails.get(file);
  const name = shortened(path.basename(file), longestName);
  const isRight = truth.kind === 'known' && truth.class === predicted;
  const verdict = truth.kind !== 'known' ? 'unjudged' : isRight ? 'right' : 'wrong';
  const picture =
    thumbnail === undefined
      ? markup`<div class="missing">no preview</div>`
      : markup`<img src="${thumbnail}" alt="${`The picture ${name}`}" loading="lazy">`;
  const truthLine =
    truth.kind === 'known'
      ? markup`<span class="verdict">${isRight ? '✓ right' : '✗ wrong'}</span>${
          isRight ? undefined : markup`, truly <bdi>${nameOf(truth.class)}</bdi>`
        }`
      : markup`<span class="verdict">no true label</span>`;
  return markup`<li class="${verdict}">${picture}
<p class="answer"><strong><bdi>${nameOf(predicted)}</bdi></strong> ${percent(confidence)}</p>
<p>${truthLine}</p>
<p class="file" title="${shortened(file, longestPlace)}"><bdi>${name}</bdi></p>
</li>
`;
}
