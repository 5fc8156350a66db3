/** Several backends: the least busy one is asked, one that fails is left out until it answers again. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ServingBackend, ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  untilReady,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rawBackend } from '../../../../support/raw-backend.ts';
import { rowOf } from '../../../../support/serving-model.ts';

const pictures = Array.from({ length: 12 }, (_, k) => madeUpJpeg(`picture ${k}`));
const [picture = madeUpJpeg('')] = pictures;

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`several backends over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    let first: ServingBackend;
    let second: ServingBackend;
    beforeEach(async () => {
      serving = await servingEngine({ protocol, backendCount: 2 });
      model = await serving.load();
      ({ backend: first, otherBackend: second } = serving);
    });
    afterEach(() => serving.stop());

    /** Each is told once a probe has failed too. */
    const untilToldOfLosses = async (count: number): Promise<void> => {
      const lost = 'a backend cannot be reached';
      while (serving.logged.filter((sentence) => sentence === lost).length < count) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };

    const questionsOf = ({ state }: ServingBackend): number => state.received.length;

    it('are all warmed up, in every signature', () => {
      for (const { state } of serving.backends) {
        expect(state.received.map(({ signature }) => signature)).to.deep.equal([
          'serving_default',
          'tensors',
        ]);
      }
    });

    it('take turns when they are equally busy', async () => {
      const before = serving.backends.map(questionsOf);
      for (const one of pictures.slice(0, 6)) await scoresOf(model, one);
      expect(serving.backends.map((backend, k) => questionsOf(backend) - (before[k] ?? 0))).to.deep.equal([
        3, 3,
      ]);
    });

    it('are asked when they are less busy than others', async () => {
      const before = serving.backends.map(questionsOf);
      const release = first.state.hold();
      const waiting = pictures.slice(0, 2).map((one) => scoresOf(model, one));
      await Promise.any(waiting);
      for (const one of pictures.slice(2, 8)) await scoresOf(model, one);
      expect(serving.backends.map((backend, k) => questionsOf(backend) - (before[k] ?? 0))).to.deep.equal([
        1, 7,
      ]);
      release();
      await Promise.all(waiting);
    });

    it('answer for one that is gone, at once and ever after', async () => {
      await first.kill();
      for (const one of pictures) expect(await scoresOf(model, one)).to.deep.equal(rowOf(one).scores);
      await untilToldOfLosses(1);
      expect(model.readiness()).to.deep.equal({ ready: true });
    });

    it('answer for one that does not serve the version', async () => {
      first.state.versions = [{ version: 3, state: 'LOADING' }];
      const before = questionsOf(first);
      for (const one of pictures) expect(await scoresOf(model, one)).to.deep.equal(rowOf(one).scores);
      expect(questionsOf(first)).to.equal(before);
    });

    it('are left out by questions about versions while they are gone', async () => {
      const signal = new AbortController().signal;
      second.state.versions = [2, 3].map((version) => ({ version, state: 'AVAILABLE' }));
      expect(await serving.engine.versionsOf?.('tiny', { signal })).to.deep.equal([3, 2]);
      await first.kill();
      expect(await serving.engine.versionsOf?.('tiny', { signal })).to.deep.equal([3, 2]);
    });

    it('are not held up by one that accepts connections and leaves every question unanswered', async () => {
      const silent = await rawBackend(() => undefined);
      const beside = await servingEngine({
        protocol,
        addresses: [silent.address, second.address],
        timeoutMilliseconds: 500,
      });
      const loaded = await beside.load();
      expect([...loaded.signatures.keys()]).to.deep.equal(['serving_default', 'tensors']);
      await beside.stop();
      silent.stop();
    });

    it('refuse at once when all are gone, and recover by themselves', async () => {
      await Promise.all(serving.backends.map((backend) => backend.kill()));
      for (const one of pictures) {
        const refusal = await refusalOf(() => scoresOf(model, one));
        expect(refusal.kind).to.equal('backend-unavailable');
        expect(refusal.retryAfterSeconds).to.equal(1);
      }
      expect(model.readiness()).to.include({ ready: false, retryAfterSeconds: 1 });
      await untilToldOfLosses(2);
      await second.restart();
      await untilReady(model);
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
      expect(serving.logged.at(-1)).to.equal('a backend can be reached again');
    });
  });
}
