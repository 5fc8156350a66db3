/** Classify, Regress and MultiInference of a gateway, for signatures whose examples the server behind it takes apart. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { createTensorflowServingEngine } from '../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { documentedModels, writeDocumentedModel } from '../support/documented-model.ts';
import { modelToServe } from '../support/gateway-under-test.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';
import { example, numbers, PredictionCaller, spec } from '../support/prediction-caller.ts';

const log = { info: () => undefined, warn: () => undefined };
const name = 'half_plus_three';

describe('examples at a gateway', function () {
  this.timeout(60_000);
  const folders = new TemporaryFolders();
  let behind: ModelServerUnderTest;
  let web: http.Server;
  const ports = { rest: 0, grpc: 0 };

  before(async () => {
    const root = await folders.make();
    const folder = path.join(root, name);
    await writeDocumentedModel(folder, documentedModels[name]);
    const versions = [{ name, version: 123, folder: path.join(folder, '123') }];
    const cacheDirectory = path.join(root, 'cache');
    const limits = { workers: 1, threadsPerWorker: 1, maxQueue: 100, maxPixels: 1_000_000, log };
    const engine = createOnnxEngine({ cacheDirectory, ...limits });
    behind = new ModelServerUnderTest({ engine, models: [{ ...modelToServe(name, [123]), versions }] });
    await behind.load();
    ports.grpc = await behind.listen();
    web = http.createServer((...both) => void behind.handle(...both));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    ports.rest = (web.address() as AddressInfo).port;
  });
  after(async () => {
    web.closeAllConnections();
    web.close();
    await behind.stop();
    await folders.remove();
  });

  for (const protocol of ['rest', 'grpc'] as const) {
    describe(`that asks over ${protocol}`, () => {
      let gateway: ModelServerUnderTest;
      let prediction: PredictionCaller;
      before(async () => {
        const addresses = [{ host: '127.0.0.1', port: ports[protocol] }];
        const engine = createTensorflowServingEngine({
          addresses,
          protocol,
          timeoutMilliseconds: 30_000,
          log,
        });
        gateway = new ModelServerUnderTest({ engine, models: [modelToServe(name, [123])] });
        prediction = await PredictionCaller.of(gateway);
      });
      after(() => gateway.stop());

      const answerTo = (verb: string, body: object) =>
        request(gateway.handle).post(`/v1/models/${name}:${verb}`).send(body);

      it('are answered with a value each, or the score of their one class', async () => {
        const examples = [{ x: 1.5 }, { x: 2.5 }];
        const regressed = await answerTo('regress', { signature_name: 'regress_x_to_y', examples });
        expect(regressed.body).to.deep.equal({ results: [3.75, 4.25] });
        const classified = await answerTo('classify', { signature_name: 'classify_x_to_y', examples });
        expect(classified.body).to.deep.equal({ results: [[['0', 3.75]], [['0', 4.25]]] });
      });

      it('are answered by several signatures at once', async () => {
        const input = { example_list: { examples: [1, 2].map((x) => example({ x: numbers(x) })) } };
        const tasks = ['regress_x_to_y', 'tensorflow/serving/regress'].map((signature_name) => ({
          model_spec: spec(name, { signature_name }),
          method_name: 'tensorflow/serving/regress',
        }));
        const answer = await prediction.answerTo('MultiInference', { tasks, input });
        for (const index of [0, 1]) {
          expect(answer).to.have.deep.nested.property(`results[${index}].regression_result.regressions`, [
            { value: 3.5 },
            { value: 4 },
          ]);
        }
      });

      it('are refused as inputs that the model does not take', async () => {
        const body = { signature_name: 'regress_x_to_y', examples: [{ x2: 1.5 }] };
        const answer = await answerTo('regress', body);
        expect(answer.status).to.equal(400);
        expect(answer.body).to.have.property('error').that.includes('The model refused the inputs');
      });

      it('are told with the methods and the tensors of the model', async () => {
        const answer = await request(gateway.handle).get(`/v1/models/${name}/metadata`);
        const told = 'metadata.signature_def.signature_def.classify_x_to_y';
        expect(answer.body).to.have.nested.property(`${told}.method_name`, 'tensorflow/serving/classify');
        expect(answer.body).to.have.nested.property(`${told}.inputs.inputs.name`, 'tf_example:0');
        expect(answer.body).to.have.nested.property(`${told}.outputs.scores.name`, 'y:0');
      });
    });
  }
});
