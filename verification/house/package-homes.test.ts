/** Holds the homes: each npm package is imported in its one room, and every package of package.json is needed. */
import { expect } from 'chai';
import fs from 'node:fs';
import { idlePackages, strayImports } from './package-homes.ts';
import { readSources, sourceFile } from './source-file.ts';

function namesIn(section: string): readonly string[] {
  const manifest: unknown = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) return [];
  const entries: unknown = Object.entries(manifest).find(([name]) => name === section)?.[1];
  return typeof entries === 'object' && entries !== null ? Object.keys(entries) : [];
}

describe('package homes', () => {
  it('are the only places where packages are imported', () => {
    expect(strayImports(readSources()).join('\n')).to.equal('');
  });

  it('use every package that is installed', () => {
    const installed = { program: namesIn('dependencies'), workshop: namesIn('devDependencies') };
    expect(installed.program).to.include('koa');
    expect(idlePackages(readSources(), installed).join('\n')).to.equal('');
  });

  it('refuse a package in a strange room, a workshop tool in the program and a package without a home', () => {
    const strays = [
      sourceFile('gateway/inference/a.ts', "import type Koa from 'koa';"),
      sourceFile('gateway/cli/a.ts', "import ts from 'typescript';"),
      sourceFile('gateway/cli/b.ts', "import x from '@scope/name/deep';"),
      sourceFile('gateway/cli/c.ts', "const place = import.meta.resolve('koa/package.json');"),
    ];
    const sentences = strayImports(strays);
    expect(sentences).to.have.length(4);
    expect(sentences[0]).to.contain('koa, which has its home in gateway/transports/http/');
    expect(sentences[2]).to.contain('@scope/name, which has no home yet');
  });

  it('notice a package that nobody imports', () => {
    const sources = [sourceFile('verification/a.ts', "import sharp from 'sharp';")];
    expect(idlePackages(sources, { program: ['sharp'], workshop: [] })).to.have.length(1);
    expect(idlePackages(sources, { program: ['chai'], workshop: ['eslint'] })).to.have.length(2);
  });
});
