/** The line that says how far a long command has come. */
import { expect } from 'chai';
import { createCounter } from '../../../../gateway/cli/counter.ts';

/** What is written when the text is shown, or the line taken away, at that moment. */
type At = (milliseconds: number, text: string | undefined) => string;

function counterOn(stream: { isTTY?: boolean; columns?: number }): At {
  let [time, written] = [0, ''];
  const counter = createCounter({ ...stream, write: (text) => (written += text) }, () => time);
  return (milliseconds, text) => {
    [time, written] = [milliseconds, ''];
    if (text === undefined) counter.clear();
    else counter.show(text);
    return written;
  };
}

describe('createCounter', () => {
  for (const isTTY of [true, false]) {
    it(`says nothing about quick work ${isTTY ? 'on a terminal' : 'in a file'}`, () => {
      const at = counterOn({ isTTY });
      expect(at(1999, '1 of 2')).to.equal('');
      expect(at(1999, undefined)).to.equal('');
    });
  }

  it('rewrites one line on a terminal, no longer than it is wide, and takes it away', () => {
    const at = counterOn({ isTTY: true, columns: 10 });
    expect(at(2000, '0123456789abc')).to.equal('\r\u001b[K012345678');
    expect(at(2001, '2 of 2')).to.equal('\r\u001b[K2 of 2');
    expect(at(2002, undefined)).to.equal('\r\u001b[K');
    expect(at(2003, undefined), 'nothing is left to take away').to.equal('');
  });

  it('writes a whole line every five seconds where lines are kept', () => {
    const at = counterOn({});
    expect(at(2000, 'first')).to.equal('first\n');
    expect(at(6999, 'too soon')).to.equal('');
    expect(at(7000, 'second')).to.equal('second\n');
    expect(at(7001, undefined)).to.equal('');
  });
});
