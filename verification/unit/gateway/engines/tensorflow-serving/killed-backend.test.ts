/** Many callers at once while their backend is killed and started again, twice. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { createTensorflowServingEngine } from '../../../../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import { madeUpJpeg, scoresOf, untilReady } from '../../../../support/serving-engine.ts';
import { killableBackend } from '../../../../support/serving-killable.ts';
import { rowOf, servingModel } from '../../../../support/serving-model.ts';

const callers = 200;
const expectedKinds = ['backend-unavailable', 'backend-failed'];

interface Tally {
  answered: number;
  /** How often each kind of error came. */
  readonly errors: Map<string, number>;
  readonly strange: unknown[];
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks about one picture after the other, each of its own, until told to stop. */
async function call(
  model: LoadedModel,
  caller: number,
  { tally, stop }: { tally: Tally; stop: AbortSignal },
) {
  for (let turn = 0; !stop.aborted; turn += 1) {
    const picture = madeUpJpeg(`${caller}, ${turn}`);
    try {
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
      tally.answered += 1;
    } catch (error) {
      if (!(error instanceof ServingError)) tally.strange.push(error);
      else tally.errors.set(error.kind, (tally.errors.get(error.kind) ?? 0) + 1);
      await pause(20);
    }
  }
}

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`a backend over ${protocol} that is killed under ${callers} callers`, () => {
    it('gives each one answer of its own or one error of the table', async function () {
      this.timeout(60_000);
      const backend = await killableBackend(protocol);
      const engine = createTensorflowServingEngine({
        addresses: [backend.address],
        protocol,
        timeoutMilliseconds: 30_000,
        log: { info: () => undefined, warn: () => undefined },
      });
      const model = await engine.load(servingModel, { signal: new AbortController().signal });
      const tally: Tally = { answered: 0, errors: new Map(), strange: [] };
      const stopping = new AbortController();
      const calls = Array.from({ length: callers }, (_, k) =>
        call(model, k, { tally, stop: stopping.signal }),
      );
      const answersBeyond = async (count: number): Promise<void> => {
        const goal = tally.answered + count;
        while (tally.answered < goal && tally.strange.length === 0) await pause(20);
      };
      for (let round = 0; round < 2; round += 1) {
        await answersBeyond(callers);
        await backend.kill();
        while (model.readiness().ready) await pause(20);
        await backend.restart();
        await untilReady(model);
      }
      await answersBeyond(callers);
      stopping.abort();
      await Promise.all(calls);
      expect(tally.strange).to.deep.equal([]);
      expect([...tally.errors.keys()].filter((kind) => !expectedKinds.includes(kind))).to.deep.equal([]);
      expect(tally.errors.get('backend-unavailable')).to.be.greaterThan(callers);
      await engine.close();
      await backend.kill();
    });
  });
}
