/** Several pieces of work at once, their results in order. */
import { expect } from 'chai';
import { inOrder } from '../../../../gateway/cli/in-order.ts';

/** Work that ends when the test says so. */
class Bench {
  readonly started: number[] = [];
  readonly #ends = new Map<number, () => void>();

  readonly work = (item: number): Promise<string> => {
    this.started.push(item);
    return new Promise((resolve) => {
      this.#ends.set(item, () => {
        resolve(`result ${item}`);
      });
    });
  };

  /** Resolves after everything that follows from it has happened. */
  async end(item: number): Promise<void> {
    this.#ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('inOrder', () => {
  const begin = (items: readonly number[], width: number, signal = new AbortController().signal) => {
    const bench = new Bench();
    const results: string[] = [];
    const done = (result: string): void => {
      results.push(result);
    };
    return { bench, results, whole: inOrder({ items, width, work: bench.work, done, signal }) };
  };

  it('works on as many as it may, and hands the results on in the order of the items', async () => {
    const { bench, results, whole } = begin([1, 2, 3, 4], 2);
    expect(bench.started).to.deep.equal([1, 2]);
    await bench.end(2);
    expect(results).to.deep.equal([]);
    expect(bench.started, 'a result that waits counts').to.deep.equal([1, 2]);
    await bench.end(1);
    expect(results).to.deep.equal(['result 1', 'result 2']);
    expect(bench.started).to.deep.equal([1, 2, 3, 4]);
    await bench.end(3);
    await bench.end(4);
    await whole;
    expect(results).to.deep.equal(['result 1', 'result 2', 'result 3', 'result 4']);
  });

  it('begins nothing after the signal, and hands on what was begun', async () => {
    const stop = new AbortController();
    const { bench, results, whole } = begin([1, 2, 3], 2, stop.signal);
    stop.abort();
    await bench.end(1);
    await bench.end(2);
    await whole;
    expect(bench.started).to.deep.equal([1, 2]);
    expect(results).to.deep.equal(['result 1', 'result 2']);
  });

  it('is done at once with nothing', async () => {
    const { results, whole } = begin([], 2);
    await whole;
    expect(results).to.deep.equal([]);
  });
});
