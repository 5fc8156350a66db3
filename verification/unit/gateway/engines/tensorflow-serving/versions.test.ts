/** What the engine says of a backend's models: by their states, not by whether it answered. */
import { expect } from 'chai';
import type { ServingBackend, ServingProtocol } from '../../../../support/serving-backend.ts';
import { refusalOf, servingEngine, type ServingEngine } from '../../../../support/serving-engine.ts';

const signal = new AbortController().signal;

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`the versions of a model over ${protocol}`, () => {
    let serving: ServingEngine;
    let backend: ServingBackend;
    beforeEach(async () => {
      serving = await servingEngine({ protocol });
      ({ backend } = serving);
    });
    afterEach(() => serving.stop());

    const versions = async (name = 'tiny') => serving.engine.versionsOf?.(name, { signal });

    it('are those that are available, highest first', async () => {
      backend.state.versions = [
        { version: 9, state: 'AVAILABLE' },
        { version: 10, state: 'AVAILABLE' },
        { version: 11, state: 'LOADING' },
        { version: 8, state: 'END' },
        { version: 7, state: 'UNLOADING' },
      ];
      expect(await versions()).to.deep.equal([10, 9]);
    });

    it('are none for a model the backend does not know, or has done with', async () => {
      expect(await versions('another')).to.deep.equal([]);
      backend.state.versions = [{ version: 3, state: 'END' }];
      expect(await versions()).to.deep.equal([]);
    });

    it('are not known while the backend loads, or is away', async () => {
      backend.state.versions = [{ version: 3, state: 'LOADING' }];
      const refusal = await refusalOf(() => versions());
      expect(refusal).to.include({ kind: 'model-not-ready', retryAfterSeconds: 1 });
      expect(refusal.message).to.include('still loading');
      await backend.kill();
      expect((await refusalOf(() => versions())).kind).to.equal('backend-unavailable');
    });

    it('are known from a Fovea too, which says 503 while none is available', async () => {
      Object.assign(backend.state, { versions: [{ version: 3, state: 'LOADING' }], httpStatusOfStates: 503 });
      for (let k = 0; k < 4; k += 1) {
        expect((await refusalOf(() => versions())).message).to.include('still loading');
      }
    });

    it('cannot be loaded unless they are there', async () => {
      const model = { name: 'tiny', version: 4, folder: undefined };
      expect((await refusalOf(() => serving.engine.load(model, { signal }))).kind).to.equal(
        'model-not-ready',
      );
      await backend.kill();
      expect((await refusalOf(() => serving.load())).kind).to.equal('backend-unavailable');
    });

    it('are loaded with the signatures of the metadata, the usual one first', async () => {
      const model = await serving.load();
      expect([...model.signatures.keys()]).to.deep.equal(['serving_default', 'tensors']);
      expect(model.signatures.get('tensors')).to.deep.equal({
        name: 'tensors',
        methodName: 'tensorflow/serving/predict',
        inputs: [{ name: 'images', datatype: 'float32', shape: [null, 2, 2, 3], tensorName: 'images:0' }],
        outputs: [
          { name: 'classes', datatype: 'int64', shape: [null], tensorName: 'classes:0' },
          { name: 'scores', datatype: 'float32', shape: [null, 6], tensorName: 'scores:0' },
        ],
      });
    });

    it('are not loaded when the caller has gone, nor when the engine is closed meanwhile', async () => {
      const model = { name: 'tiny', version: 3, folder: undefined };
      const gone = refusalOf(() => serving.engine.load(model, { signal: AbortSignal.abort() }));
      expect((await gone).kind).to.equal('cancelled');
      const release = backend.state.hold();
      const refused = refusalOf(() => serving.load());
      await backend.state.until(() => backend.state.received.length > 0);
      await serving.engine.close();
      expect((await refused).kind).to.equal('cancelled');
      release();
    });
  });
}
