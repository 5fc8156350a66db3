/** Log lines for people: what is shown, in which colour, and what is left alone. */
import { expect } from 'chai';
import { prettyLine } from '../../../../gateway/telemetry/pretty-line.ts';

const lineOf = (fields: object): string =>
  JSON.stringify({ time: '2026-01-02T03:04:05.678Z', level: 'warn', message: 'low', ...fields });

describe('prettyLine', () => {
  it('shows time, level, message and fields in this order', () => {
    expect(prettyLine(lineOf({ model: 'a', count: 2, list: ['x'] }), false)).to.equal(
      '03:04:05 warn  low model=a count=2 list=["x"]\n',
    );
  });

  it('paints level and fields, takes every colour back, and says the same', () => {
    const painted = prettyLine(lineOf({ model: 'a' }), true);
    expect(painted).to.include('\u001b[33mwarn ').and.include('\u001b[90mmodel=a');
    const plain = painted
      .split('\u001b')
      .map((part) => part.replace(/^\[\d+m/, ''))
      .join('');
    expect(plain).to.equal(prettyLine(lineOf({ model: 'a' }), false));
    expect(painted.split('\u001b[0m')).to.have.length(4);
  });

  it('puts an error below, every line of it indented', () => {
    const text = prettyLine(lineOf({ error: { message: 'why', stack: 'Error: why\n  at here' } }), false);
    expect(text.split('\n').slice(1)).to.deep.equal(['    Error: why', '      at here', '']);
    expect(prettyLine(lineOf({ error: { message: 'why' } }), false)).to.include('\n    why\n');
    expect(prettyLine(lineOf({ error: 'why' }), false)).to.include('\n    why\n');
  });

  it('returns what is no JSON object as it came', () => {
    for (const line of ['words\n', '[1]\n', '7', '']) expect(prettyLine(line, true)).to.equal(line);
  });
});
