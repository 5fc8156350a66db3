/** Holds that no file imports itself by way of others. */
import { expect } from 'chai';
import { importCycles } from './import-cycles.ts';
import { readSources, sourceFile } from './source-file.ts';

describe('import cycles', () => {
  it('do not exist, since files that need each other can only be understood, loaded and tested together', () => {
    expect(importCycles(readSources()).map((cycle) => cycle.join(' → '))).to.deep.equal([]);
  });

  it('are found over several files, and a diamond is none', () => {
    const sources = [
      sourceFile('a.ts', "import './b.ts'; import './c.ts';"),
      sourceFile('b.ts', "import type { x } from './d.ts';"),
      sourceFile('c.ts', "import './d.ts';"),
    ];
    expect(importCycles([...sources, sourceFile('d.ts', '')])).to.deep.equal([]);
    expect(importCycles([...sources, sourceFile('d.ts', "export * from './a.ts';")])).to.deep.equal([
      ['a.ts', 'b.ts', 'd.ts', 'a.ts'],
    ]);
  });
});
