/** The form of a source file: its name, length and first line, and what must not be written in it. */
import typescript from 'typescript';
import type { SourceFile } from './source-file.ts';

const longest = 250;
const emptyWords = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'manager',
  'service',
  'data',
  'info',
];

type Rule = (source: SourceFile) => string | undefined;

const rules: readonly Rule[] = [
  ({ text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > longest
      ? `has ${lines} lines; above ${longest} it does more than one sentence can say`
      : undefined;
  },
  ({ text }) => {
    const first = text.split('\n').find((line) => !line.startsWith('#!')) ?? '';
    return /^\/\*\* \S.*[.:?]( \*\/)?$/.test(first)
      ? undefined
      : 'does not begin with one sentence in /** … */ that says what it is for';
  },
  ({ path }) => {
    const name = nameOf(path);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|d))?$/.test(name)) return 'is not named in kebab-case';
    // A model in service is in use; a FooService is anything.
    const word = path
      .replace('-in-service', '')
      .split(/[/.-]/)
      .find((part) => emptyWords.includes(part));
    return word === undefined
      ? undefined
      : `has "${word}" in its path, a word that says nothing; name what it holds`;
  },
  ({ path, text }) =>
    nameOf(path) === 'index' || isBarrel(path, text)
      ? 'only passes on what other files export; import from the file that has it'
      : undefined,
  ({ path, text }) =>
    /^(gateway|converter)\//.test(path) &&
    !/^gateway\/(main\.ts|cli\/)/.test(path) &&
    /\bprocess\.env\b(?!\['[A-Z_]+'\] \?\?=)/.test(text)
      ? 'reads process.env; settings are read once, in gateway/settings.ts and gateway/configuration.ts'
      : undefined,
  ({ path, text }) =>
    path.startsWith('verification/') && /\b(it|describe|context)\.only\(/.test(text)
      ? 'lets one test run alone, which hides all others'
      : undefined,
  ({ path, text }) =>
    path.startsWith('verification/') && /\b(it|describe|context)\.skip\(|\bx(it|describe)\(/.test(text)
      ? 'skips a test for good; skip inside the test, with the reason in the title, or delete it'
      : undefined,
  ({ text }) =>
    /\b(TODO|FIXME|XXX)\b(?! \(issue \d+\))/.test(text)
      ? 'has an open end without its issue, written as: TODO (issue 12)'
      : undefined,
];

/** One sentence for each rule a file breaks. */
export function formViolations(sources: readonly SourceFile[]): readonly string[] {
  return sources.flatMap((source) =>
    rules.flatMap((rule) => {
      const fault = rule(source);
      return fault === undefined ? [] : [`${source.path} ${fault}.`];
    }),
  );
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.(ts|mjs)$/, '');

function isBarrel(path: string, text: string): boolean {
  const { statements } = typescript.createSourceFile(path, text, typescript.ScriptTarget.Latest);
  return (
    statements.length > 0 &&
    statements.every((node) => typescript.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
  );
}
