/** Writes classification results as a table, as JSON or as CSV, one file at a time. */
import type { Prediction } from '../domain/prediction.ts';
import type { OutputStream } from './terminal.ts';

export interface FileResult {
  readonly file: string;
  readonly outcome:
    { readonly class: number; readonly predictions: readonly Prediction[] } | { readonly error: string };
}

export const outputForms = ['table', 'json', 'csv'] as const;
export type OutputForm = (typeof outputForms)[number];

/** `row` takes results in order, `finish` closes what was begun. */
export interface ResultWriter {
  row(result: FileResult): void;
  finish(): void;
}

export function resultWriter(form: OutputForm, out: OutputStream): ResultWriter {
  const writers: Record<OutputForm, () => ResultWriter> = {
    table: () => tableWriter(out),
    json: () => jsonWriter(out),
    csv: () => csvWriter(out),
  };
  return writers[form]();
}

function tableWriter(out: OutputStream): ResultWriter {
  return {
    row({ file, outcome }) {
      if ('error' in outcome) {
        out.write(`${file}\n  error: ${outcome.error}\n`);
        return;
      }
      out.write(`${file}\n`);
      const lines = outcome.predictions.length > 0 ? outcome.predictions : [undefined];
      for (const prediction of lines) {
        const probability = prediction === undefined ? '' : `${(prediction.probability * 100).toFixed(1)} %`;
        const index = String(prediction?.class ?? outcome.class).padStart(6);
        out.write(`${index}  ${probability.padStart(7)}  ${prediction?.label ?? ''}`.trimEnd() + '\n');
      }
    },
    finish: () => undefined,
  };
}

function jsonWriter(out: OutputStream): ResultWriter {
  let rows = 0;
  return {
    row({ file, outcome }) {
      out.write(`${rows === 0 ? '[' : ','}\n  ${JSON.stringify({ file, ...outcome })}`);
      rows += 1;
    },
    finish() {
      out.write(rows === 0 ? '[]\n' : '\n]\n');
    },
  };
}

/** RFC 4180; one line a prediction, so that every line has the same columns. */
function csvWriter(out: OutputStream): ResultWriter {
  const line = (cells: readonly (string | number)[]): void => {
    out.write(`${cells.map((cell) => quoted(String(cell))).join(',')}\r\n`);
  };
  line(['file', 'rank', 'class', 'label', 'probability', 'error']);
  return {
    row({ file, outcome }) {
      if ('error' in outcome) line([file, '', '', '', '', outcome.error]);
      else if (outcome.predictions.length === 0) line([file, 1, outcome.class, '', '', '']);
      for (const [position, prediction] of ('predictions' in outcome ? outcome.predictions : []).entries()) {
        line([file, position + 1, prediction.class, prediction.label ?? '', prediction.probability, '']);
      }
    },
    finish: () => undefined,
  };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
