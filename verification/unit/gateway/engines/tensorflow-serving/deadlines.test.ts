/** Nobody waits for a backend longer than there is time, and a backend is told when nobody waits any more. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';

const picture = madeUpJpeg('a picture');

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`the time of a request over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    beforeEach(async () => {
      serving = await servingEngine({ protocol, timeoutMilliseconds: 1500 });
      model = await serving.load();
    });
    afterEach(() => serving.stop());

    it('ends before the answer begins', async () => {
      const { state } = serving.backend;
      const release = state.hold();
      const refusal = await refusalOf(() => scoresOf(model, picture));
      expect(refusal.kind).to.equal('deadline-exceeded');
      await state.until(() => state.abandoned === 1);
      release();
      expect(await scoresOf(model, picture)).to.have.length(6);
      expect(model.readiness().ready, 'slow is not unreachable').to.equal(true);
    });

    it('ends when the caller leaves, and the backend hears of it', async () => {
      const { state } = serving.backend;
      const release = state.hold();
      const questions = state.received.length;
      const caller = new AbortController();
      const refused = refusalOf(() => scoresOf(model, picture, caller.signal));
      await state.until(() => state.received.length > questions);
      caller.abort();
      expect((await refused).kind).to.equal('cancelled');
      await state.until(() => state.abandoned === 1);
      release();
    });

    it('is not tried again at another backend', async () => {
      const pair = await servingEngine({ protocol, timeoutMilliseconds: 1500, backendCount: 2 });
      const loaded = await pair.load();
      const releases = pair.backends.map(({ state }) => state.hold());
      const before = pair.backends.map(({ state }) => state.received.length);
      expect((await refusalOf(() => scoresOf(loaded, picture))).kind).to.equal('deadline-exceeded');
      const asked = pair.backends.map(({ state }, k) => state.received.length - (before[k] ?? 0));
      expect(asked.sort()).to.deep.equal([0, 1]);
      for (const release of releases) release();
      await pair.stop();
    });

    it('is given to what runs when the model is closed, and no longer', async () => {
      const { state } = serving.backend;
      const release = state.hold();
      const questions = state.received.length;
      const patient = scoresOf(model, picture);
      await state.until(() => state.received.length > questions);
      const closed = model.close();
      expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('model-not-ready');
      release();
      expect(await patient).to.have.length(6);
      await closed;
    });

    it('is over for what runs when closing may not take long', async () => {
      const { state } = serving.backend;
      const release = state.hold();
      const questions = state.received.length;
      const refused = refusalOf(() => scoresOf(model, picture));
      await state.until(() => state.received.length > questions);
      await model.close(0);
      expect((await refused).kind).to.equal('model-not-ready');
      await state.until(() => state.abandoned === 1);
      release();
    });
  });
}

describe('the time of a request over REST', () => {
  it('ends within an answer that does not', async () => {
    const serving = await servingEngine({ protocol: 'rest', timeoutMilliseconds: 1500 });
    const model = await serving.load();
    const { state } = serving.backend;
    state.misbehave = (response) => {
      response.writeHead(200).write('{"predictions": [');
    };
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('deadline-exceeded');
    await state.until(() => state.abandoned === 1);
    await serving.stop();
  });
});
