/** Several tasks in one turn of a thread: nobody comes between, and nobody is held up for good. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { GrpcMessages } from '../../../../gateway/protocols/tensorflow-serving/grpc-messages.ts';
import type { ExamplesTarget } from '../../../../gateway/protocols/tensorflow-serving/examples-request.ts';
import { messageType } from '../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type { ExamplesRequestMessage } from '../../../../gateway/wire/tensorflow-serving/messages.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const codec = messageType<ExamplesRequestMessage>('tensorflow.serving.RegressionRequest');
const target: ExamplesTarget = {
  verb: 'regress',
  signature: {
    name: 's',
    inputs: [{ name: 'x', datatype: 'float32', shape: [null] }],
    outputs: [{ name: 'y', datatype: 'float32', shape: [null] }],
  },
};

/** Enough examples to be read in the other thread. */
const requestFor = (name: string, first: number): Buffer => {
  const examples = Array.from({ length: 10_000 }, () => ({
    features: { feature: { x: { float_list: { value: [first] } } } },
  }));
  return codec.serialize({ model_spec: { name }, input: { example_list: { examples } } });
};

describe('task-thread', function () {
  this.timeout(30_000);
  const messages = new GrpcMessages();
  after(() => messages.close());

  const read = async (
    bytes: Buffer,
    names: string[],
    signal = new AbortController().signal,
  ): Promise<unknown> => {
    const [inputs] = await messages.readExamples(
      { method: 'Regress', bytes },
      (tasks) => {
        names.push(...tasks.map(({ spec }) => spec?.name ?? ''));
        return tasks.map(() => target);
      },
      signal,
    );
    return inputs?.inputs.get('x')?.elements[0];
  };

  it('gives each of many that come at once the inputs of its own request', async () => {
    const names: string[] = [];
    const firsts = [1, 2, 3, 4];
    const answers = await Promise.all(firsts.map((first) => read(requestFor(`m${first}`, first), names)));
    expect(answers).to.deep.equal(firsts);
    expect(names).to.deep.equal(['m1', 'm2', 'm3', 'm4']);
  });

  it('goes on with the next one when what is asked between refuses', async () => {
    const refusal = new ServingError('model-not-ready', 'Not yet.', { retryAfterSeconds: 7 });
    const refused = messages.readExamples(
      { method: 'Regress', bytes: requestFor('a', 1) },
      () => {
        throw refusal;
      },
      new AbortController().signal,
    );
    const next = read(requestFor('b', 5), []);
    expect(await thrownBy(() => refused)).to.equal(refusal);
    expect(await next).to.equal(5);
  });

  it('drops what waits for its turn when its client leaves', async () => {
    const leaving = new AbortController();
    const names: string[] = [];
    const bytes = [1, 2, 3].map((first) => requestFor(`m${first}`, first));
    const [first, second, third] = bytes.map((one, index) =>
      read(one, names, index === 1 ? leaving.signal : undefined),
    );
    leaving.abort();
    const order: string[] = [];
    const settled = [first, second].map((one, index) =>
      Promise.resolve(one).then(
        () => order.push(`${index} answered`),
        () => order.push(`${index} refused`),
      ),
    );
    const refusal = await thrownBy(() => second ?? Promise.resolve());
    expect(refusal).to.be.instanceOf(ServingError).that.includes({ kind: 'cancelled' });
    expect([await first, await third]).to.deep.equal([1, 3]);
    await Promise.all(settled);
    // It holds its memory, and its share of what uploads may take, no longer than its client waits.
    expect(order).to.deep.equal(['1 refused', '0 answered']);
    expect(names).to.deep.equal(['m1', 'm3']);
    // Those that were read went to the other thread with their memory.
    expect(bytes.map(({ byteLength }) => byteLength > 0)).to.deep.equal([false, true, false]);
  });
});
