/** Takes the text of a labels file apart. */

/** One label a line; the line end after the last label is not a label of its own. */
export function parseLabels(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines.map((line) => line.trim());
}
