/** A lone backend that is there for questions about states and for no prediction: it is within reach, and told as such. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  untilReady,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rowOf } from '../../../../support/serving-model.ts';
import type { ServingState } from '../../../../support/serving-state.ts';

const picture = madeUpJpeg('a picture');
const lost = 'a backend fails to answer for a model; others, where there are any, are asked first';
const regained = 'a backend answers for a model again';

const declining: Readonly<Record<ServingProtocol, (state: ServingState) => void>> = {
  rest: (state) => {
    state.misbehave = (response) => response.writeHead(503).end('{"error": "the queue is full"}');
  },
  grpc: (state) => {
    state.misbehaveGrpc = (answer) => {
      answer({ code: status.UNAVAILABLE, details: 'the queue is full' });
    };
  },
};

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`a lone backend within reach over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    let state: ServingState;
    beforeEach(async () => {
      serving = await servingEngine({ protocol });
      model = await serving.load();
      ({ state } = serving.backend);
    });
    afterEach(() => serving.stop());

    const recover = (): void => {
      state.misbehave = undefined;
      state.misbehaveGrpc = undefined;
    };

    it('that is not available for predictions stays ready, is told once, and answers the request after', async () => {
      declining[protocol](state);
      for (let k = 0; k < 40; k += 1) {
        const refusal = await refusalOf(() => scoresOf(model, picture));
        expect(refusal).to.include({ kind: 'backend-unavailable', retryAfterSeconds: 1 });
        expect(refusal.message).to.include('is not available');
        expect(model.readiness()).to.deep.equal({ ready: true });
      }
      expect(serving.logged).to.deep.equal([lost]);
      recover();
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
      expect(serving.logged).to.deep.equal([lost, regained]);
    });

    it('that is not available for questions about states either is out of reach until it is', async () => {
      declining[protocol](state);
      state.isAway = true;
      const { signal } = new AbortController();
      for (let k = 0; k < 3; k += 1) {
        const refusal = await refusalOf(async () => serving.engine.versionsOf?.('tiny', { signal }));
        expect(refusal.kind).to.equal('backend-unavailable');
      }
      expect(model.readiness()).to.include({ ready: false, retryAfterSeconds: 1 });
      expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-unavailable');
      while (serving.logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      recover();
      state.isAway = false;
      await untilReady(model);
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
      expect(serving.logged).to.deep.equal(['a backend cannot be reached', 'a backend can be reached again']);
    });
  });
}

describe('a lone backend that breaks the connections of predictions only', () => {
  let serving: ServingEngine;
  beforeEach(async () => {
    serving = await servingEngine({ protocol: 'rest' });
  });
  afterEach(() => serving.stop());

  it('is left out for moments, which nobody is told of', async () => {
    const model = await serving.load();
    let breaks = 0;
    serving.backend.state.misbehave = (response) => {
      breaks += 1;
      response.socket?.resetAndDestroy();
    };
    while (breaks < 12) {
      expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-unavailable');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(serving.logged).to.deep.equal([lost]);
  });
});
