/** The outcome of a run as a table for people. */
import { holds, type Finding, type NamedFigure } from '../measurement/finding.ts';
import { disturbingShare } from '../measurement/quiet.ts';
import { formatBound, formatFigure } from './format.ts';
import { allHold, type Outcome } from './report.ts';

const titles = ['scenario', 'model', 'what', 'ours', 'other side', 'result', 'bound', ''];

/** Names of models are long and begin alike in no useful way. */
const longestModelName = 24;

function isDisturbed({ foreignShare }: Finding): boolean {
  return foreignShare > disturbingShare;
}

export function reportTable(outcome: Outcome): string {
  const lines = [...surroundingsLines(outcome), '', ...columns([titles, ...outcome.findings.map(row)])];
  if (outcome.skipped.length > 0) lines.push('');
  for (const { scenario, model, reason } of outcome.skipped) {
    lines.push(`skipped: ${[scenario, model].filter((word) => word !== undefined).join(', ')}: ${reason}`);
  }
  for (const { scenario, reason } of outcome.broken) lines.push(`BROKEN: ${scenario}: ${reason}`);
  if (outcome.findings.some(isDisturbed)) {
    lines.push('disturbed: other programs used the processors during every repetition of a round.');
  }
  lines.push('', verdict(outcome), '');
  return lines.join('\n');
}

function surroundingsLines({ surroundings, isQuick, pictures }: Outcome): string[] {
  const { date, commit, processor, cpus, memoryGigabytes, system, node, onnxruntime } = surroundings;
  return [
    `${date}, commit ${commit}${isQuick ? ', QUICK: not for the record' : ''}`,
    `${processor}, ${cpus} CPUs, ${memoryGigabytes} GiB; ${system}; Node.js ${node}, onnxruntime ${onnxruntime}`,
    `${pictures.count} pictures from ${pictures.folder}`,
  ];
}

function row(finding: Finding): readonly string[] {
  const { scenario, model, promise, ours, theirs, result, bound } = finding;
  const isKept = holds(finding);
  return [
    scenario,
    (model ?? '').slice(0, longestModelName),
    promise,
    named(ours),
    named(theirs),
    formatFigure(result),
    bound === undefined ? '' : formatBound(bound),
    [isKept === undefined ? '' : isKept ? 'holds' : 'BROKEN', isDisturbed(finding) ? 'disturbed' : '']
      .join(' ')
      .trim(),
  ];
}

function named(figure: NamedFigure | undefined): string {
  return figure === undefined ? '' : `${formatFigure(figure)} (${figure.name})`;
}

/** Pads every column to its widest cell; the last one stays ragged. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = titles.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function verdict(outcome: Outcome): string {
  const promised = outcome.findings.filter(({ bound }) => bound !== undefined);
  const kept = promised.filter((finding) => holds(finding) === true).length;
  const ending = allHold(outcome) ? '' : '; see BROKEN above';
  return `${kept} of ${promised.length} promises hold${ending}.`;
}
