/** Reads the project's documents: tables, flags and links of a Markdown text. */
import fs from 'node:fs';

export function readDocument(name: string): string {
  return fs.readFileSync(name, 'utf8');
}

/** Cells of the body of the first table whose heading row begins with `heading`; backquotes are taken off. */
export function tableRows(document: string, heading: string): readonly (readonly string[])[] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line));
  if (start < 0) return [];
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, length < 0 ? undefined : start + length).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** The lines of the first table whose heading row begins with `heading`, as written. */
export function tableText(document: string, heading: string): string {
  return new RegExp(`^\\| ${heading} +\\|.*(\\n\\|.*)*`, 'm').exec(document)?.[0] ?? '';
}

/** `--flag` wherever it stands, each once, sorted. */
export function flagsIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g), ([flag]) => flag))].sort();
}

/** Targets of links to files of the repository, without anchors. */
export function localLinks(document: string): readonly string[] {
  return Array.from(document.matchAll(/\]\(([^)#\s]+)[^)]*\)/g), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );
}
