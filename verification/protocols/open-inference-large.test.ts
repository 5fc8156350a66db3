/** The 2.4 million numbers that the cassava example sends as one JSON body. */
import { expect } from 'chai';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';
import { KeepAliveCaller } from '../support/keep-alive-caller.ts';

const path = '/v2/models/cassava/infer';
const rows = 16;
const rowSize = 224 * 224 * 3;

/** The first number of a row tells the engine its class. */
const values = Float32Array.from({ length: rows * rowSize }, (_, index) =>
  index % rowSize === 0 ? ((index / rowSize) % 6) / 10 : (index % 255) / 255,
);
const body = `{"inputs": [{"name": "payload", "shape": [${rows}, 224, 224, 3], "datatype": "FP32", "parameters": {"content_type": "np"}, "data": [${values.join(', ')}]}], "id": null, "parameters": null, "outputs": null}`;

describe('2.4 million numbers as JSON', function () {
  this.timeout(60_000);
  const server = new InferenceServerUnderTest({ maxUploadBytes: 20 * 1024 * 1024, leafSide: 224 });
  let caller: KeepAliveCaller;
  let port: number;

  before(async () => {
    await server.start();
    ({ port } = await server.http.listen({ host: '127.0.0.1', port: 0 }));
    caller = new KeepAliveCaller(port);
  });
  after(async () => {
    caller.close();
    await server.stop();
  });

  it('are read exactly, by a server that goes on answering others', async () => {
    const other = new KeepAliveCaller(port);
    const statuses: number[] = [];
    const work = { isDone: false };
    const asking = (async (): Promise<void> => {
      while (!work.isDone)
        statuses.push((await other.send({ method: 'GET', path: '/v2/health/live' })).status);
    })();
    const answer = await caller.send({ path, body });
    work.isDone = true;
    await asking;
    other.close();
    const { outputs } = JSON.parse(answer.body.toString()) as { readonly outputs: readonly unknown[] };
    expect(outputs).to.deep.equal([
      {
        name: 'output-0',
        shape: [rows, 1],
        datatype: 'INT64',
        parameters: { content_type: 'np' },
        data: Array.from({ length: rows }, (_, row) => row % 6),
      },
    ]);
    const [input] = server.leaves.requests.at(-1)?.inputs.values() ?? [];
    expect(
      input?.elements instanceof Float32Array && input.elements.every((value, at) => value === values[at]),
    ).to.equal(true);
    // A server that parses on the thread of HTTP answers a handful meanwhile.
    expect(statuses.length).to.be.greaterThan(30);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
  });

  it('are refused with the sentences of small bodies, and the next ones are taken', async () => {
    const sent = [
      body.replace('"outputs": null', '"outputs": 7'),
      body.slice(0, -10),
      '['.repeat(500_000),
      body,
    ];
    const answers: (readonly [number, string])[] = [];
    for (const one of sent) {
      const answer = await caller.send({ path, body: one });
      answers.push([answer.status, answer.body.toString('utf8', 0, 40)]);
    }
    expect(answers.map(([status]) => status)).to.deep.equal([400, 400, 400, 200]);
    expect(answers[0]?.[1]).to.match(/"outputs\\" must be/);
    expect(answers[1]?.[1]).to.match(/JSON Parse error/);
  });

  for (const [title, one] of [
    ['lists', `{"inputs":[${'[],'.repeat(1_000_001)}1]}`],
    ['objects', `{"inputs":[${'{},'.repeat(100_001)}1]}`],
    ['texts', `{"inputs":[${'"",'.repeat(200_001)}1]}`],
    ['numbers', `{"inputs":[${'1,'.repeat(6_000_001)}1]}`],
    ['levels', '['.repeat(90_000_000)],
  ] as const)
    it(`are refused when they are too many ${title} to hold, and the server lives on`, async () => {
      const refused = await caller.send({ path, body: one });
      expect(refused.body.toString()).to.match(/more values than can be read at once/);
      expect(refused.status).to.equal(413);
      expect((await caller.send({ method: 'GET', path: '/v2/health/live' })).localPort).to.equal(
        refused.localPort,
      );
    });

  it('are taken again after the thread that parses has been given back', async () => {
    await server.parser.close();
    expect((await caller.send({ path, body })).status).to.equal(200);
  });
});
