/** The first questions to a backend, made from nothing but signatures. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { TensorSpecification } from '../../../../../gateway/domain/engine.ts';
import { warmUpPicture } from '../../../../../gateway/domain/warm-up-inputs.ts';
import { warmUpInputs } from '../../../../../gateway/engines/tensorflow-serving/warm-up.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';

const asked = (...inputs: readonly TensorSpecification[]) =>
  warmUpInputs({ name: 'serving_default', inputs, outputs: [] });

describe('the warm-up of a backend', () => {
  it('is a small picture where pictures are taken, as many as are wanted', () => {
    for (const [shape, sizes] of [
      [[null], [1]],
      [[], []],
      [[3], [3]],
    ] as const) {
      const tensor = asked({ name: 'x', datatype: 'string', shape })?.get('x');
      expect(tensor?.shape).to.deep.equal(sizes);
      for (const picture of tensor?.elements ?? []) expect(picture).to.equal(warmUpPicture);
    }
  });

  it('is zeros otherwise, one for each size that is open', () => {
    const inputs = asked(
      { name: 'x', datatype: 'float32', shape: [null, null, 3] },
      { name: 'words', datatype: 'string', shape: [null, 2] },
    );
    expect(inputs?.get('x')).to.deep.equal({
      datatype: 'float32',
      shape: [1, 1, 3],
      elements: new Float32Array(3),
    });
    expect(inputs?.get('words')?.elements).to.deep.equal([new Uint8Array(), new Uint8Array()]);
  });

  it('is not made up of more than a picture network takes', () => {
    expect(asked({ name: 'x', datatype: 'uint8', shape: [null, 2 ** 40] })).to.equal(undefined);
    expect(asked({ name: 'x', datatype: 'string', shape: [2 ** 40] })).to.equal(undefined);
  });

  it('may be refused, but not fail', async () => {
    const serving = await servingEngine({ protocol: 'grpc' });
    serving.backend.state.misbehaveGrpc = (answer) => {
      answer({ code: status.INVALID_ARGUMENT, details: 'too small' });
    };
    expect((await serving.load()).readiness().ready).to.equal(true);
    expect(serving.logged).to.deep.equal(Array(2).fill('a backend refused the warm-up of a signature'));
    serving.backend.state.misbehaveGrpc = (answer) => {
      answer({ code: status.INTERNAL, details: 'broken' });
    };
    const error: unknown = await serving.load().catch((reason: unknown) => reason);
    expect(error).to.have.property('kind', 'backend-failed');
    await serving.stop();
  });
});

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`the warm-up over ${protocol} of a backend that answers no prediction`, () => {
    let serving: ServingEngine;
    afterEach(() => serving.stop());

    it('does not hold up another backend, and gets no requests', async () => {
      serving = await servingEngine({ protocol, backendCount: 2 });
      const { backend, otherBackend } = serving;
      const release = backend.state.hold();
      const model = await serving.load();
      expect(model.readiness()).to.deep.equal({ ready: true });
      const before = backend.state.received.length;
      for (let k = 0; k < 4; k += 1) await scoresOf(model, madeUpJpeg(`picture ${k}`));
      expect([before, backend.state.received.length]).to.deep.equal([1, 1]);
      expect(otherBackend.state.received).to.have.length(2 + 4);
      release();
    });

    it('shares the work as soon as it has answered', async () => {
      serving = await servingEngine({ protocol, backendCount: 2 });
      const { backend } = serving;
      const release = backend.state.hold();
      const model = await serving.load();
      release();
      // The second question follows the answer to the first.
      await backend.state.until(() => backend.state.received.length === 2);
      expect(serving.logged.at(-1)).to.equal('a backend answers for a model again');
      for (let k = 0; k < 8; k += 1) await scoresOf(model, madeUpJpeg(`picture ${k}`));
      expect(backend.state.received.length).to.be.greaterThan(2);
    });

    it('ends long before the time of a request, and is begun anew with more patience', async () => {
      serving = await servingEngine({ protocol, warmUpMilliseconds: 250 });
      const { state } = serving.backend;
      const release = state.hold();
      const refusal = await refusalOf(() => serving.load());
      expect([refusal.kind, refusal.message]).to.deep.equal([
        'deadline-exceeded',
        'The model server behind the gateway did not answer in time.',
      ]);
      expect(String(refusal.cause)).to.include('within 250 ms');
      expect(String((await refusalOf(() => serving.load())).cause)).to.include('within 500 ms');
      const patient = serving.load();
      release();
      expect((await patient).readiness().ready).to.equal(true);
    });
  });
}
