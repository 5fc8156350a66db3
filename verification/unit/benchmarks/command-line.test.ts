/** The options of the bench. */
import { expect } from 'chai';
import { catalogue } from '../../../benchmarks/catalogue.ts';
import { helpText, readCommandLine } from '../../../benchmarks/command-line.ts';

const scenarios = [
  { name: 'start', title: 'how long a start takes' },
  { name: 'memory', title: 'how much memory it takes' },
];

describe('command line of the bench', () => {
  it('runs everything by default', () => {
    expect(readCommandLine([], scenarios)).to.deep.equal({
      kind: 'run',
      options: {
        only: [],
        isQuick: false,
        modelsFolder: undefined,
        picturesFolder: undefined,
        familiesFolder: undefined,
        jsonFile: undefined,
      },
    });
  });

  it('takes scenarios in one list and in several', () => {
    const words = ['--only', 'start,memory', '--only=start', '--quick', '--json', 'out.json'];
    const read = readCommandLine(words, scenarios);
    expect(read).to.deep.include({ kind: 'run' });
    expect(read).to.have.nested.property('options.only').that.deep.equals(['start', 'memory', 'start']);
    expect(read).to.have.nested.property('options.jsonFile', 'out.json');
  });

  it('names the scenarios there are when asked for another', () => {
    const read = readCommandLine(['--only', 'speed'], scenarios);
    expect(read).to.have.property('fault', 'There is no scenario speed; there is start, memory.');
  });

  it('refuses an option it does not know', () => {
    expect(readCommandLine(['--fast'], scenarios)).to.have.property('kind', 'misused');
  });

  it('explains every scenario in its help', () => {
    const help = helpText(catalogue);
    for (const { name, title } of catalogue) expect(help).to.include(name).and.include(title);
    expect(readCommandLine(['--help'], catalogue)).to.deep.equal({ kind: 'help' });
  });
});
