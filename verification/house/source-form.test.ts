/** Holds the form of every source file, and proves of each rule that it can fail. */
import { expect } from 'chai';
import { formViolations } from './source-form.ts';
import { readSources, sourceFile } from './source-file.ts';

const sentence = '/** Says one thing. */\n';
/** In two pieces, so that this file keeps the rules itself. */
const openEnd = 'TO' + 'DO';
const alone = 'it.on' + "ly('x', () => {});";
const skipped = 'it.sk' + "ip('x', () => {});";
const environment = 'process' + '.env';

describe('source form', () => {
  it('is kept by every source file', () => {
    // The rules' own file has to write down what it forbids.
    const sources = readSources().filter(({ path }) => path !== 'verification/house/source-form.ts');
    expect(sources.length).to.be.greaterThan(50);
    expect(formViolations(sources).join('\n')).to.equal('');
  });

  for (const [what, path, text] of [
    ['a file too long', 'gateway/a.ts', sentence + 'const a = 1;\n'.repeat(250)],
    ['a file without its sentence', 'gateway/a.ts', 'const a = 1;\n'],
    ['a first line that is no sentence', 'gateway/a.ts', '/** Things */\n'],
    ['capital letters in a name', 'gateway/aB.ts', sentence],
    ['a name that says nothing', 'gateway/string-utils.ts', sentence],
    ['a folder that says nothing', 'gateway/common/a.ts', sentence],
    ['a barrel', 'gateway/a.ts', `${sentence}export * from './b.ts';\n`],
    ['an index', 'gateway/index.ts', `${sentence}export const a = 1;\n`],
    ['the environment read in a room', 'gateway/imaging/a.ts', `${sentence}const a = ${environment}['A'];\n`],
    ['a test alone', 'verification/a.test.ts', sentence + alone],
    ['a test skipped for good', 'verification/a.test.ts', sentence + skipped],
    ['an open end', 'gateway/a.ts', `${sentence}// ${openEnd}: later\n`],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(formViolations([sourceFile(path, text)])).to.have.length(1);
    });

  for (const [what, path, text] of [
    [
      'a program with its interpreter line',
      'gateway/main.ts',
      `#!/usr/bin/env node\n${sentence}${environment};\n`,
    ],
    ['a longer first comment', 'gateway/a.ts', '/** Says one thing.\n *\n * And more.\n */\nconst a = 1;\n'],
    ['an open end with its issue', 'gateway/a.ts', `${sentence}// ${openEnd} (issue 7): later\n`],
    ['250 lines', 'gateway/a.ts', sentence + 'const a = 1;\n'.repeat(249)],
  ] as const)
    it(`takes ${what}`, () => {
      expect(formViolations([sourceFile(path, text)])).to.deep.equal([]);
    });
});
