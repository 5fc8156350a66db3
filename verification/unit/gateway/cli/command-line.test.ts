/** The first word chooses the command; the rest of the words are the command's. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { runCommandLine } from '../../../../gateway/cli/command-line.ts';
import { recordedTerminal } from '../../../support/recorded-terminal.ts';

async function run(...words: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  const terminal = recordedTerminal();
  const code = await runCommandLine(words, terminal);
  return { code, ...terminal.written };
}

describe('runCommandLine', () => {
  for (const word of ['--version', 'version']) {
    it(`${word} prints the version of package.json`, async () => {
      const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
      expect(await run(word)).to.deep.equal({ code: 0, out: `${version}\n`, error: '' });
    });
  }

  it('explains itself when asked, and is misused without a word', async () => {
    const asked = await run('--help');
    expect(asked.code).to.equal(0);
    for (const command of ['serve', 'classify', 'models', 'health'])
      expect(asked.out).to.match(new RegExp(`^ {2}${command} +\\w`, 'm'));
    for (const word of ['help', '-h']) expect(await run(word)).to.deep.equal(asked);
    expect(await run()).to.deep.equal({ ...asked, code: 2 });
  });

  it('names the commands when the word is none of them', async () => {
    const { code, out, error } = await run('Serve', '--port', '1');
    expect({ code, out }).to.deep.equal({ code: 2, out: '' });
    expect(error).to.match(/^fovea: there is no command "Serve"\. Commands: .*serve/);
  });
});
