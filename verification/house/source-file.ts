/** The sources as the house rules see them: path, text and what each file imports. */
import fs from 'node:fs';
import path from 'node:path';
import typescript from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with slashes: `gateway/domain/tensor.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
}

export interface SourceImport {
  /** As written: `./tensor.ts`, `koa`, `node:fs`. */
  readonly specifier: string;
  /** The imported file when the specifier is relative. */
  readonly file: string | undefined;
  /** The imported npm package, `@scope/name` or `name`, without a subpath. */
  readonly npmPackage: string | undefined;
}

const sourceFolders = ['gateway', 'converter', 'verification', 'benchmarks', 'scripts'];

export function readSources(): readonly SourceFile[] {
  return sourceFolders
    .filter((folder) => fs.existsSync(folder))
    .flatMap((folder) =>
      fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
    )
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .sort()
    .map((name) => sourceFile(name.split(path.sep).join('/'), fs.readFileSync(name, 'utf8')));
}

/** Static, dynamic and re-exporting imports, of values and of types alike, and what only looks where a package lies. */
export function sourceFile(name: string, text: string): SourceFile {
  const imports: SourceImport[] = [];
  const visit = (node: typescript.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(sourceImport(name, specifier));
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile(name, text, typescript.ScriptTarget.Latest));
  return { path: name, text, imports };
}

function specifierOf(node: typescript.Node): string | undefined {
  let specifier: typescript.Node | undefined;
  if (typescript.isImportDeclaration(node) || typescript.isExportDeclaration(node))
    specifier = node.moduleSpecifier;
  else if (typescript.isCallExpression(node) && isImportOrResolve(node.expression))
    specifier = node.arguments[0];
  else if (typescript.isImportTypeNode(node) && typescript.isLiteralTypeNode(node.argument))
    specifier = node.argument.literal;
  return specifier !== undefined && typescript.isStringLiteral(specifier) ? specifier.text : undefined;
}

function isImportOrResolve(called: typescript.Expression): boolean {
  if (called.kind === typescript.SyntaxKind.ImportKeyword) return true;
  return (
    typescript.isPropertyAccessExpression(called) &&
    called.name.text === 'resolve' &&
    typescript.isMetaProperty(called.expression)
  );
}

function sourceImport(importer: string, specifier: string): SourceImport {
  const isRelative = specifier.startsWith('.');
  const parts = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
  return {
    specifier,
    file: isRelative ? path.posix.join(path.posix.dirname(importer), specifier) : undefined,
    npmPackage: isRelative || specifier.startsWith('node:') ? undefined : parts.join('/'),
  };
}
