/** The first figures of a report: which model, how many pictures, how fast, how often right. */
import { accuracyInterval } from './accuracy-interval.ts';
import { type Markup, markup } from './markup.ts';
import { percent, shareOf } from './percent.ts';
import type { ReportFacts } from './report-facts.ts';
import type { Tally } from './tally.ts';

export function summarySection({ model, tally, top, milliseconds }: ReportFacts): Markup {
  const { answered, failed, labelled, right, rightAmongRanked, calibration } = tally;
  const seconds = milliseconds / 1000;
  const figures: readonly (readonly [string, string | Markup] | undefined)[] = [
    labelled === 0 ? undefined : ['Accuracy', accuracyText(right, labelled)],
    labelled === 0 || top < 2
      ? undefined
      : [`Right among the first ${top}`, percent(shareOf(rightAmongRanked, labelled))],
    labelled === 0 ? undefined : ['Expected calibration error', percent(calibration.expectedError)],
    ['Pictures', String(answered + failed)],
    ['Failed', String(failed)],
    labelled === 0 ? undefined : ['With a true label', `${labelled} of ${answered}`],
    ['Speed', `${perSecond(answered + failed, seconds)} pictures a second (${seconds.toFixed(1)} s)`],
    ['Licence of the model', model.licence ?? 'not stated'],
    model.classCount === undefined ? undefined : ['Classes', String(model.classCount)],
  ];
  return markup`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<dl class="figures">
${figures.filter((figure) => figure !== undefined).map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
</dl>
${truthNote(tally)}
</section>`;
}

function accuracyText(right: number, labelled: number): Markup {
  const interval = accuracyInterval(right, labelled);
  const range =
    interval === undefined
      ? ''
      : `${right} of ${labelled}; 95 % interval ${percent(interval.from)} to ${percent(interval.to)}`;
  return markup`<strong>${percent(shareOf(right, labelled))}</strong> <small>${range}</small>`;
}

/** So many pictures in no time at all would be infinitely many. */
function perSecond(pictures: number, seconds: number): string {
  const rate = pictures / Math.max(seconds, 0.001);
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}

function truthNote({ answered, labelled, truthRules, unclearNames }: Tally): Markup {
  const unclear = [...unclearNames].map(([name, pictures]) => `${name} (${pictures})`).slice(0, 10);
  const rules = [...truthRules].map(([rule, pictures]) => `${rule} (${pictures})`).join(', ');
  const found =
    labelled === 0
      ? 'No true labels were found, so this report cannot say how often the model is right. Put the pictures into folders that are called like the classes, by label or by number, and run the command again.'
      : `True labels come from the names of folders or, for ImageNet, of files: by ${rules}.`;
  const rest = answered - labelled;
  return markup`<p class="note">${found}${
    labelled > 0 && rest > 0
      ? ` ${rest === 1 ? '1 picture has' : `${rest} pictures have`} none and ${rest === 1 ? 'is' : 'are'} not judged.`
      : undefined
  }${
    unclear.length === 0
      ? undefined
      : ` These names fit several classes, so their pictures are not judged: ${unclear.join(', ')}.`
  }</p>`;
}
