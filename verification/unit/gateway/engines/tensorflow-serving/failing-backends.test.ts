/** A backend that answers badly, and fast, beside one that answers well: nobody hears of it, and it is asked no more than now and then. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ServingBackend, ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rowOf } from '../../../../support/serving-model.ts';
import type { ServingState } from '../../../../support/serving-state.ts';

const pictures = Array.from({ length: 40 }, (_, k) => madeUpJpeg(`picture ${k}`));
const [picture = madeUpJpeg('')] = pictures;

/** Makes the predictions of a backend fail. */
type Fault = (state: ServingState, onAsked: () => void) => void;

function overRest(misbehave: (response: ServerResponse) => void): Fault {
  return (state, onAsked) => {
    state.misbehave = (response) => {
      onAsked();
      misbehave(response);
    };
  };
}

const saying = (code: number, body: string): Fault =>
  overRest((response) => response.writeHead(code).end(body));

function overGrpc(error: { readonly code: status } | null, message: object = {}): Fault {
  return (state, onAsked) => {
    state.misbehaveGrpc = (answer) => {
      onAsked();
      if (error === null) answer(null, message);
      else answer({ code: error.code, details: 'words of the backend' });
    };
  };
}

const overloaded = {
  rest: saying(429, '{"error": "busy"}'),
  grpc: overGrpc({ code: status.RESOURCE_EXHAUSTED }),
};
const refusing = {
  rest: saying(400, '{"error": "bad"}'),
  grpc: overGrpc({ code: status.INVALID_ARGUMENT }),
};

const faults: Readonly<Record<ServingProtocol, readonly (readonly [string, Fault])[]>> = {
  rest: [
    ['status 500', saying(500, '{"error": "words of the backend"}')],
    ['HTML with status 502', saying(502, '<html>Bad Gateway</html>')],
    ['status 503', saying(503, '{"error": "words of the backend"}')],
    ['status 504', saying(504, '{"error": "words of the backend"}')],
    ['status 401', saying(401, '{"error": "words of the backend"}')],
    ['HTML with status 200', saying(200, '<html></html>')],
    ['rows of another shape', saying(200, '{"predictions": [{"classes": 0, "scores": [1]}]}')],
    ['resets', overRest((response) => response.socket?.resetAndDestroy())],
    ['too much to do', overloaded.rest],
  ],
  grpc: [
    ...(['INTERNAL', 'UNKNOWN', 'DATA_LOSS', 'UNIMPLEMENTED', 'UNAVAILABLE'] as const).map(
      (name) => [name, overGrpc({ code: status[name] })] as const,
    ),
    ['no outputs', overGrpc(null)],
    ['too much to do', overloaded.grpc],
  ],
};

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`one failing backend of two over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    let first: ServingBackend;
    let second: ServingBackend;
    let asked: number;
    beforeEach(async () => {
      serving = await servingEngine({ protocol, backendCount: 2 });
      model = await serving.load();
      ({ backend: first, otherBackend: second } = serving);
      asked = 0;
    });
    afterEach(() => serving.stop());

    const onAsked = (): void => {
      asked += 1;
    };
    const recover = ({ state }: ServingBackend): void => {
      state.misbehave = undefined;
      state.misbehaveGrpc = undefined;
    };

    for (const [title, fault] of faults[protocol]) {
      it(`that gives ${title} is heard of by nobody and hardly asked`, async () => {
        fault(first.state, onAsked);
        for (let k = 0; k < pictures.length; k += 8) {
          const answers = pictures.slice(k, k + 8).map(async (one) => {
            expect(await scoresOf(model, one)).to.deep.equal(rowOf(one).scores);
          });
          await Promise.all(answers);
        }
        expect(asked)
          .to.be.greaterThan(0)
          .and.below(pictures.length / 2);
        expect(model.readiness()).to.deep.equal({ ready: true });
      });
    }

    it('that fails is told, tried again, and back once it answers well', async () => {
      const [[, fault] = ['', overloaded[protocol]]] = faults[protocol];
      fault(first.state, onAsked);
      for (const one of pictures.slice(0, 8)) await scoresOf(model, one);
      expect(serving.logged).to.include(
        'a backend fails to answer for a model; others, where there are any, are asked first',
      );
      recover(first);
      const before = first.state.received.length;
      while (first.state.received.length < before + 2) {
        expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(serving.logged).to.include('a backend answers for a model again');
    });

    it('that refuses the inputs is believed, and asked again', async () => {
      refusing[protocol](first.state, onAsked);
      refusing[protocol](second.state, onAsked);
      for (const one of pictures.slice(0, 10)) {
        expect((await refusalOf(() => scoresOf(model, one))).kind).to.equal('unsupported-image');
      }
      // Each is put twice, since company may be the reason of a refusal.
      expect(asked).to.equal(20);
    });

    it('is not replaced by another that has too much to do as well', async () => {
      for (const { state } of serving.backends) overloaded[protocol](state, onAsked);
      for (const one of pictures) {
        expect(await refusalOf(() => scoresOf(model, one))).to.include({
          kind: 'overloaded',
          retryAfterSeconds: 1,
        });
      }
      expect(asked).to.be.below(pictures.length + 5);
      serving.backends.forEach(recover);
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
    });
  });
}
