/** Whether the model's confidence means what it says: the plot, the same as a table, and a sentence. */
import type { ConfidenceBin } from './calibration.ts';
import { type Markup, markup } from './markup.ts';
import { percent, shareOf } from './percent.ts';
import { reliabilityPlot } from './reliability-plot.ts';
import type { ReportFacts } from './report-facts.ts';
import { scrollable } from './scrollable.ts';

/** Below this difference of two shares nobody needs to hear of it. */
const worthSaying = 0.01;

export function reliabilitySection({ tally }: ReportFacts): Markup {
  const { bins, expectedError, meanConfidence = 0 } = tally.calibration;
  const accuracy = shareOf(tally.right, tally.labelled) ?? 0;
  const sentence = verdict(meanConfidence, accuracy);
  return markup`<section aria-labelledby="reliability">
<h2 id="reliability">Reliability</h2>
<p class="note">${sentence} Expected calibration error over ${bins.length} bins: ${percent(expectedError)}. A bar is how often
answers of that confidence are right; the dashed box reaches to their mean confidence, and the number above counts the pictures.</p>
<div class="beside">
${reliabilityPlot(bins, `${sentence} The table beside the plot holds its figures.`)}
${scrollable('Figures of the reliability plot', binsTable(bins))}
</div>
</section>`;
}

function verdict(meanConfidence: number, accuracy: number): string {
  const start = `The model is ${percent(meanConfidence)} confident on average and right in ${percent(accuracy)}`;
  if (Math.abs(meanConfidence - accuracy) < worthSaying) return `${start}.`;
  return `${start}: ${meanConfidence > accuracy ? 'it promises too much' : 'it is better than it says'}.`;
}

function binsTable(bins: readonly ConfidenceBin[]): Markup {
  return markup`<table class="bins">
<caption>Confidence and accuracy</caption>
<thead><tr><th scope="col">Confidence</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Mean confidence</th><th scope="col" class="number">Right</th></tr></thead>
<tbody>
${bins.map(
  ({ from, to, pictures, meanConfidence, accuracy }) =>
    markup`<tr><th scope="row">${Math.round(from * 100)} to ${Math.round(to * 100)} %</th><td class="number">${pictures}</td><td class="number">${percent(meanConfidence)}</td><td class="number">${percent(accuracy)}</td></tr>
`,
)}</tbody>
</table>`;
}
