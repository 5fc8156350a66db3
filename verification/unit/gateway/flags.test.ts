/** Flags are taken out of a command line in every spelling, and strangers are named with the nearest flag. */
import { expect } from 'chai';
import { text, type AnySetting } from '../../../gateway/environment.ts';
import { parseFlags, unknownWords } from '../../../gateway/flags.ts';

const named = (variable: string, aliases: readonly string[] = []): AnySetting => ({
  variable,
  group: '',
  form: text,
  fallback: '',
  help: '',
  aliases,
});
const settings = [named('IC_PORT', ['--port']), named('HOST'), named('MAX_QUEUE')];

describe('flags', () => {
  it('reads both spellings and the alias; the last one wins', () => {
    const { given, rest, faults } = parseFlags(['--host', 'a', '--ic-port=1', '--port', '2'], settings);
    expect(Object.fromEntries(given)).to.deep.equal({
      HOST: { text: 'a', origin: '--host' },
      IC_PORT: { text: '2', origin: '--port' },
    });
    expect(rest).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
  });

  it('leaves what belongs to others in its order, and everything after a lone --', () => {
    const { given, rest } = parseFlags(
      ['cat.jpg', '--top', '5', '--host', 'a', '--', '--host', 'b'],
      settings,
    );
    expect(rest).to.deep.equal(['cat.jpg', '--top', '5', '--', '--host', 'b']);
    expect(given.get('HOST')?.text).to.equal('a');
  });

  it('keeps an equals sign inside a value', () => {
    expect(parseFlags(['--host=a=b'], settings).given.get('HOST')?.text).to.equal('a=b');
  });

  it('reports a flag without a value at the end, before another flag and after an equals sign', () => {
    const { given, faults } = parseFlags(['--port', '--host=', '--max-queue'], settings);
    expect(given.size).to.equal(0);
    expect(faults).to.deep.equal([
      '--port has no value; expected a text.',
      '--host has no value; expected a text.',
      '--max-queue has no value; expected a text.',
    ]);
  });

  it('lets a flag stand alone that means something by itself, and still takes its value', () => {
    const pull = [...settings, { ...named('PULL'), bareText: 'usual' }];
    const textOf = (words: readonly string[]): string | undefined =>
      parseFlags(words, pull).given.get('PULL')?.text;
    expect(textOf(['--pull'])).to.equal('usual');
    expect(textOf(['--pull', '--host', 'a'])).to.equal('usual');
    expect(textOf(['--pull', 'other'])).to.equal('other');
    expect(textOf(['--pull=other'])).to.equal('other');
    expect(parseFlags(['--pull='], pull).faults).to.deep.equal(['--pull has no value; expected a text.']);
  });

  it('names the nearest flag for a slip and none for a stranger', () => {
    expect(unknownWords(['--ic-prot', '80', '--colour=red', 'cat.jpg', 'dog.jpg'], settings)).to.deep.equal([
      'There is no option --ic-prot; did you mean --ic-port?',
      'There is no option --colour; --help lists them all.',
      '"cat.jpg" is not expected here; options start with --.',
      '"dog.jpg" is not expected here; options start with --.',
    ]);
  });
});
