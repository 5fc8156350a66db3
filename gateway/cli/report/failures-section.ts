/** The pictures that could not be classified, and why. */
import { type Markup, markup } from './markup.ts';
import type { ReportFacts } from './report-facts.ts';
import { scrollable } from './scrollable.ts';
import { shortened } from './shortened.ts';

const longestName = 300;

export function failuresSection({ tally }: ReportFacts): Markup {
  const { failures, failed } = tally;
  if (failed === 0) return markup``;
  const table = markup`<table>
<caption>Failed pictures${failures.length < failed ? `, the first ${failures.length} of ${failed}` : undefined}</caption>
<thead><tr><th scope="col">File</th><th scope="col">Reason</th></tr></thead>
<tbody>
${failures.map(
  ({ file, sentence }) =>
    markup`<tr><th scope="row" class="file"><bdi>${shortened(file, longestName)}</bdi></th><td>${sentence}</td></tr>
`,
)}</tbody>
</table>`;
  return markup`<section aria-labelledby="failures">
<h2 id="failures">Failures</h2>
${scrollable('Failed pictures', table)}
</section>`;
}
