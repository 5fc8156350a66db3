/** What a model has done is counted whatever protocol asked, and in the metrics by the protocol that asked. */
import { expect } from 'chai';
import { ServingError } from '../../gateway/domain/errors.ts';
import {
  documentedModel,
  startDocumentedServer,
  type DocumentedServer,
} from '../support/documented-server.ts';
import { fakeJpeg, FakeEngine } from '../support/fake-engine.ts';

const b64 = fakeJpeg(1).toString('base64');

describe('the statistics of a model', function () {
  this.timeout(30_000);
  const engine = new FakeEngine({ classCount: 4 });
  let running: DocumentedServer;
  before(async () => {
    running = await startDocumentedServer({ engine });
  });
  after(() => running.server.close());

  const read = async (path: string): Promise<string> => (await fetch(running.url + path)).text();
  const post = async (path: string, body: object): Promise<number> => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(running.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  };

  it('are those of every protocol, in requests, rows and failures', async () => {
    const lone = { image: b64 };
    const infer = { inputs: [{ name: 'image_bytes', shape: [2], datatype: 'BYTES', data: [b64, b64] }] };
    const ways = [
      [`/classify/${documentedModel}`, lone],
      ['/predict', lone],
      [`/v1/models/${documentedModel}:predict`, { instances: [{ b64 }] }],
      [`/v2/models/${documentedModel}/infer`, infer],
    ] as const;
    for (const [path, body] of ways) expect(await post(path, body), path).to.equal(200);
    for (const [path, body] of ways.slice(0, 3)) {
      engine.nextFault = new ServingError('overloaded', 'The queue is full.');
      expect(await post(path, body), path).to.be.oneOf([429, 503]);
    }
    const statistics: unknown = JSON.parse(await read(`/v2/models/${documentedModel}/stats`));
    for (const [name, value] of [
      ['inference_count', 5],
      ['execution_count', 4],
      ['inference_stats.success.count', 4],
      ['inference_stats.fail.count', 3],
    ] as const)
      expect(statistics, name).to.have.nested.property(`model_stats[0].${name}`, value);
    const metrics = await read('/metrics');
    const labels = `{model="${documentedModel}",version="1"}`;
    expect(metrics).to.include(`\nnv_inference_request_success${labels} 1\n`);
    expect(metrics).to.include(`\nnv_inference_request_failure${labels} 0\n`);
    expect(metrics).to.match(/^:tensorflow:serving:request_count\{[^}]*status="OK"\} 1$/m);
  });
});
