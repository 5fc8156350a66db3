/** Large bodies in the thread that parses them: one after the other, and none whose client has left. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { InferBodyParser } from '../../../../../gateway/protocols/open-inference/infer-body-parser.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const count = 200_000;
/** In memory of its own, which the thread takes along. */
const largeBody = (first: number): Buffer => {
  const data = [first, ...Array<number>(count - 1).fill(1)].join(',');
  const json = `{"inputs":[{"name":"a","datatype":"FP32","shape":[${count}],"data":[${data}]}]}`;
  return Buffer.from(new TextEncoder().encode(json).buffer);
};

describe('infer-body-parser', function () {
  this.timeout(30_000);
  const parser = new InferBodyParser();
  after(() => parser.close());

  const firstNumber = async (bytes: Buffer, signal?: AbortSignal): Promise<unknown> => {
    const [input] = (await parser.parse({ bytes }, signal)).inputs;
    return input !== undefined && 'elements' in input.tensor ? input.tensor.elements[0] : undefined;
  };

  it('drops what waits for its turn when its client leaves, and parses what comes after it', async () => {
    const leaving = new AbortController();
    const bodies = [1, 2, 3].map(largeBody);
    const [first, second, third] = bodies.map((bytes, index) =>
      firstNumber(bytes, index === 1 ? leaving.signal : new AbortController().signal),
    );
    leaving.abort();
    const refusal = await thrownBy(() => second ?? Promise.resolve());
    expect(refusal).to.be.instanceOf(ServingError).that.includes({ kind: 'cancelled' });
    expect(await first).to.equal(1);
    expect(await third).to.equal(3);
    // Those that were parsed went to the other thread with their memory.
    expect(bodies.map(({ byteLength }) => byteLength > 0)).to.deep.equal([false, true, false]);
  });

  it('does not begin with one whose client had left before', async () => {
    const bytes = largeBody(1);
    const refusal = await thrownBy(() => firstNumber(bytes, AbortSignal.abort()));
    expect(refusal).to.be.instanceOf(ServingError).that.includes({ kind: 'cancelled' });
    expect(bytes.byteLength).to.be.above(count);
    expect(await firstNumber(largeBody(5))).to.equal(5);
  });

  it('takes sixteen pictures as nested lists of pixels', async () => {
    const row = `[${Array<string>(224).fill('[0.5,0.25,1]').join(',')}]`;
    const picture = `[${Array<string>(224).fill(row).join(',')}]`;
    const json = `{"inputs":[{"name":"a","datatype":"FP32","shape":[16,224,224,3],"data":[${Array<string>(16).fill(picture).join(',')}]}]}`;
    expect(await firstNumber(Buffer.from(new TextEncoder().encode(json).buffer))).to.equal(0.5);
  });
});
