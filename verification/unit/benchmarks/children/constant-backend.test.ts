/** The backend of the gateway's measurements answers a real gateway, over both protocols. */
import { expect } from 'chai';
import { withListener } from '../../../../benchmarks/children/listening.ts';
import { constantAnswer, constantModel } from '../../../../benchmarks/children/constant-model.ts';
import type { Tensor } from '../../../../gateway/domain/tensor.ts';
import { createTensorflowServingEngine } from '../../../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { madeUpJpeg } from '../../../support/serving-engine.ts';

const { signal } = new AbortController();
const log = { info: () => undefined, warn: () => undefined };

describe('the backend that answers at once', () => {
  for (const protocol of ['rest', 'grpc'] as const) {
    it(`answers the engine over ${protocol}, large pictures too, and knows one model only`, async () => {
      await withListener('constant-backend', {}, async (ports) => {
        const addresses = [{ host: '127.0.0.1', port: ports[protocol] ?? 0 }];
        const engine = createTensorflowServingEngine({
          addresses,
          protocol,
          timeoutMilliseconds: 10_000,
          log,
        });
        expect(await engine.versionsOf?.(constantModel.name, { signal })).to.deep.equal([1]);
        expect(await engine.versionsOf?.('another', { signal })).to.deep.equal([]);
        const model = await engine.load({ ...constantModel }, { signal });
        for (const length of [1, 200_000]) {
          const elements = [madeUpJpeg('x'.repeat(length))];
          const picture: Tensor = { datatype: 'string', shape: [1], elements };
          const answer = await model.infer({ inputs: new Map([['image_bytes', picture]]) }, { signal });
          expect(answer, String(length)).to.deep.equal(constantAnswer);
        }
        await engine.close();
      });
    });
  }
});
