/** The lines of one turn leave together, in their order, and none is lost. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { gatheredLines } from '../../../../gateway/telemetry/gathered-lines.ts';

describe('gathered lines', () => {
  it('are written at once at the end of a turn, and again in the next one', async () => {
    const written: string[] = [];
    const lines = gatheredLines({ write: (text) => written.push(text) });
    lines.write('a\n');
    lines.write('b\n');
    expect(written).to.deep.equal([]);
    await nextTurn();
    expect(written).to.deep.equal(['a\nb\n']);
    lines.write('c\n');
    await nextTurn();
    expect(written).to.deep.equal(['a\nb\n', 'c\n']);
  });

  it('are written when asked for, and then no more', async () => {
    const written: string[] = [];
    const lines = gatheredLines({ write: (text) => written.push(text) });
    lines.write('a\n');
    lines.flush();
    lines.flush();
    expect(written).to.deep.equal(['a\n']);
    await nextTurn();
    expect(written).to.deep.equal(['a\n']);
  });
});
