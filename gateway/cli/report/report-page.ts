/** Lays the sections of a report out as one page that needs nothing but itself. */
import { classScores } from './class-scores.ts';
import { classScoresSection } from './class-scores-section.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { confusionSection } from './confusion-section.ts';
import { failuresSection } from './failures-section.ts';
import { Markup, markup } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { mistakesSection, samplesSection } from './picture-sections.ts';
import { predictionsSection } from './predictions-section.ts';
import { reliabilitySection } from './reliability-section.ts';
import type { ReportFacts } from './report-facts.ts';
import { summarySection } from './summary-section.ts';

/** Forbids everything the page does not hold itself, should a hostile name ever get past the escaping. */
const contentPolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole HTML document. */
export function reportPage(facts: ReportFacts): string {
  const { model, writtenAt, programVersion } = facts;
  const title = `${model.name} version ${model.version}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<title>Report on ${title}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<header>
<p class="kind">Classification report</p>
<h1><bdi>${model.name}</bdi> <span class="version">version ${model.version}</span></h1>
${model.title === undefined ? undefined : markup`<p>${model.title}</p>`}
${contents(facts)}
</header>
<main>
${summarySection(facts)}
${samplesSection(facts)}
${judgement(facts)}
${failuresSection(facts)}
</main>
<footer>
<p>Written by Fovea ${programVersion} on <time datetime="${writtenAt.toISOString()}">${minuteOf(writtenAt)}</time>.</p>
</footer>
</body>
</html>
`.text;
}

/** Links to the sections that the page has. */
function contents({ tally }: ReportFacts): Markup {
  const { answered, failed, labelled } = tally;
  const sections = [
    { id: 'samples', name: 'Random samples', isThere: answered > 0 },
    { id: 'predictions', name: 'Answers', isThere: answered > 0 && labelled === 0 },
    { id: 'mistakes', name: 'Mistakes', isThere: labelled > 0 },
    { id: 'confusion', name: 'Confusion matrix', isThere: labelled > 0 },
    { id: 'reliability', name: 'Reliability', isThere: labelled > 0 },
    { id: 'classes', name: 'Classes', isThere: labelled > 0 },
    { id: 'failures', name: 'Failures', isThere: failed > 0 },
  ];
  const links = sections
    .filter(({ isThere }) => isThere)
    .map(({ id, name }) => markup`<li><a href="#${id}">${name}</a></li>`);
  return markup`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}

/** What can be said only where true labels are known; else which classes the model chose. */
function judgement(facts: ReportFacts): Markup {
  const { tally, model } = facts;
  if (tally.labelled === 0) return predictionsSection(facts);
  const matrix = confusionMatrix(tally.confusions, model.classCount);
  const classes = matrix.isWhole ? matrix.classes : tally.confusions.classes;
  return markup`${mistakesSection(facts)}
${confusionSection(facts, matrix)}
${reliabilitySection(facts)}
${classScoresSection(facts, classScores(tally.confusions, classes))}`;
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
