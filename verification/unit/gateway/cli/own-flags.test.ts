/** A command's own flags among words that belong to the settings. */
import { expect } from 'chai';
import { takeOwnFlags, wantsHelp } from '../../../../gateway/cli/own-flags.ts';

const names = { switches: ['--json'], values: ['--top', '--model'] };
const take = (...words: readonly string[]) => takeOwnFlags(words, names);

describe('takeOwnFlags', () => {
  it('takes both spellings, and the last of several', () => {
    const { values, rest, faults } = take('--top', '3', '--model=a', 'cat.jpg', '--top=5');
    expect([...values]).to.deep.equal([
      ['--top', '5'],
      ['--model', 'a'],
    ]);
    expect(rest).to.deep.equal(['cat.jpg']);
    expect(faults).to.deep.equal([]);
  });

  it('keeps an equals sign inside a value', () => {
    expect(take('--model=a=b').values.get('--model')).to.equal('a=b');
  });

  it('leaves what it does not know where it was', () => {
    const { rest, switches } = take('--workers', '2', '--json', 'a.jpg', '--jsonn');
    expect(rest).to.deep.equal(['--workers', '2', 'a.jpg', '--jsonn']);
    expect([...switches]).to.deep.equal(['--json']);
  });

  it('takes nothing after a lone --', () => {
    const { rest, switches, values } = take('--json', '--', '--top', '3', '--help');
    expect(rest).to.deep.equal(['--', '--top', '3', '--help']);
    expect([...switches]).to.deep.equal(['--json']);
    expect(values.size).to.equal(0);
  });

  it('reports a flag without a value', () => {
    expect(take('a.jpg', '--top').faults).to.deep.equal(['--top has no value.']);
    expect(take('--model=').faults).to.deep.equal(['--model has no value.']);
  });

  it('hears the wish for help in both spellings', () => {
    expect(wantsHelp(take('-h'))).to.equal(true);
    expect(wantsHelp(take('--help', 'x'))).to.equal(true);
    expect(wantsHelp(take('--', '--help'))).to.equal(false);
  });
});
