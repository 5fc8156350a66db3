/** A fixed number of items in flight. */
import { expect } from 'chai';
import { closedLoop } from '../../../../benchmarks/children/closed-loop.ts';

describe('closedLoop', () => {
  it('does every item once, never more at a time than asked, each slot one at a time', async () => {
    const done: number[] = [];
    const busy = new Set<number>();
    let most = 0;
    await closedLoop({
      concurrency: 3,
      count: 20,
      act: async (item, slot) => {
        expect(busy.has(slot), `slot ${slot} twice`).to.equal(false);
        busy.add(slot);
        most = Math.max(most, busy.size);
        await new Promise((resolve) => setImmediate(resolve));
        busy.delete(slot);
        done.push(item);
      },
    });
    expect(most).to.equal(3);
    expect(done.sort((left, right) => left - right)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
  });

  it('fails with the first failure', async () => {
    let message = 'no error';
    await closedLoop({
      concurrency: 2,
      count: 5,
      act: async (item) => {
        if (item === 3) throw new Error('the third');
      },
    }).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.equal('Error: the third');
  });
});
