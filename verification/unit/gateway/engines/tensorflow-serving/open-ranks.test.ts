/** Outputs whose rank the metadata leaves open: they are what the backend answers. */
import { expect } from 'chai';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  requestAbout,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { classCount, rowOf } from '../../../../support/serving-model.ts';

const pictures = [madeUpJpeg('one'), madeUpJpeg('two')];
const signal = new AbortController().signal;

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`outputs of unknown rank over ${protocol}`, () => {
    let serving: ServingEngine;
    beforeEach(async () => {
      serving = await servingEngine({ protocol });
      serving.backend.state.openRanks = ['classes', 'scores'];
    });
    afterEach(() => serving.stop());

    it('are served in the shape of the answer', async () => {
      const model = await serving.load();
      const shapes = model.signatures.get('serving_default')?.outputs.map(({ shape }) => shape);
      expect(shapes).to.deep.equal([undefined, undefined]);
      const answer = await model.infer(requestAbout(...pictures), { signal });
      const rows = pictures.map(rowOf);
      expect(answer.get('classes')).to.deep.equal({
        datatype: 'int64',
        shape: [2],
        elements: BigInt64Array.from(rows, ({ classIndex }) => BigInt(classIndex)),
      });
      expect(answer.get('scores')).to.deep.equal({
        datatype: 'float32',
        shape: [2, classCount],
        elements: Float32Array.from(rows.flatMap(({ scores }) => scores)),
      });
    });

    it('are refused with all pictures of a request, since nobody knows how to join them', async () => {
      const model = await serving.load();
      const before = serving.backend.state.received.length;
      const request = requestAbout(...pictures, Buffer.from('no picture'));
      const refusal = await refusalOf(() => model.infer(request, { signal }));
      expect([refusal.kind, refusal.row]).to.deep.equal(['unsupported-image', undefined]);
      const asked = serving.backend.state.received.slice(before).map(({ rows }) => rows.length);
      expect(asked).to.deep.equal([3, 3]);
    });

    it('hinder nobody who does not ask for them', async () => {
      serving.backend.state.openRanks = ['classes'];
      const model = await serving.load();
      const asked = { ...requestAbout(...pictures, Buffer.from('no picture')), outputs: ['scores'] };
      const refusal = await refusalOf(() => model.infer(asked, { signal }));
      expect([refusal.kind, refusal.row]).to.deep.equal(['unsupported-image', 2]);
    });

    it('have their datatype all the same', async () => {
      const model = await serving.load();
      const [picture = madeUpJpeg('')] = pictures;
      serving.backend.state.misbehave = (response) => {
        response.end('{"outputs":{"classes":[1.5],"scores":[1]}}');
      };
      serving.backend.state.misbehaveGrpc = (answer) => {
        const tensor = { dtype: 1, tensor_shape: { dim: [{ size: 1 }] }, float_val: [1.5] };
        answer(null, { outputs: { classes: tensor, scores: tensor } });
      };
      expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-failed');
    });
  });
}
