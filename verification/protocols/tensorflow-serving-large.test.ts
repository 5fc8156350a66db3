/** Large bodies of TensorFlow Serving's REST API: read and written elsewhere, with the words of small ones. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { fakeJpeg } from '../support/fake-engine.ts';
import { KeepAliveCaller } from '../support/keep-alive-caller.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';

const predict = '/v1/models/half_plus_two:predict';
const count = 400_000;
const numbers = Array.from({ length: count }, (_, index) => index % 1000);
const halves = numbers.map((number) => number / 2 + 2);
const list = (values: readonly number[]): string => `[${values.join(',')}]`;
const picture = `{"b64":"${fakeJpeg(2).toString('base64')}"}`;
/** Beyond what is read in the thread of HTTP, without a change of what is meant. */
const wide = (body: string): string => `${body}${' '.repeat(5_000_000)}`;

type Refusal = readonly [path: string, body: string, status: number, words: RegExp];

const refused: readonly Refusal[] = [
  [predict, '', 400, /JSON Parse error: The document is empty/],
  [predict, '{"instances":[1,]}', 400, /JSON Parse error: Invalid value. at offset: 16/],
  [predict, '{}', 400, /Missing 'inputs' or 'instances' key/],
  [predict, '{"instances":[1],"inputs":[1]}', 400, /not both/],
  [predict, '{"instances":["a"]}', 400, /\\"x\\" is a tensor of float32/],
  [predict, '{"instances":[[1],[2,3]]}', 400, /lists of different lengths/],
  [predict, '{"signature_name":"none","instances":[1]}', 400, /There is no signature \\"none\\"; there is/],
  [predict, '{"signature_name":"add","instances":[1]}', 400, /signature has 2 inputs/],
  ['/v1/models/classifier:predict', '{"instances":[{"b64":"%%%"}]}', 400, /not valid base64/],
  ['/v1/models/classifier:classify', '{"examples":[{"a":1}]}', 400, /Each example needs one picture/],
  ['/v1/models/classifier:regress', '{"examples":[{"a":1}]}', 400, /gives no single number/],
];

describe("large bodies of TensorFlow Serving's REST API", function () {
  this.timeout(60_000);
  let server: ModelServerUnderTest;
  let http: Server;
  let caller: KeepAliveCaller;
  let port: number;

  before(async () => {
    server = new ModelServerUnderTest({ maxUploadBytes: 40_000_000 });
    await server.load();
    http = createServer((asked, answer) => void server.handle(asked, answer));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    ({ port } = http.address() as AddressInfo);
    caller = new KeepAliveCaller(port);
  });
  after(async () => {
    caller.close();
    http.closeAllConnections();
    http.close();
    await server.stop();
  });

  const answerTo = async (path: string, body: string): Promise<unknown> =>
    JSON.parse((await caller.send({ path, body })).body.toString());

  it('leave the thread of HTTP free for others', async () => {
    const other = new KeepAliveCaller(port);
    const statuses: number[] = [];
    const work = { isDone: false };
    const asking = (async (): Promise<void> => {
      while (!work.isDone)
        statuses.push((await other.send({ method: 'GET', path: '/v1/models/classifier' })).status);
    })();
    const answer = await caller.send({
      path: predict,
      body: `{"instances":${list(Array<number>(4_000_000).fill(1))}}`,
    });
    work.isDone = true;
    await asking;
    other.close();
    expect(answer.status).to.equal(200);
    // A server that reads and writes in the thread of HTTP answers a handful meanwhile.
    expect(statuses.length).to.be.greaterThan(100);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
  });

  it('are answered by rows and by columns', async () => {
    expect(await answerTo(predict, `{"instances":${list(numbers)}}`)).to.deep.equal({ predictions: halves });
    expect(await answerTo(predict, `{"inputs":${list(numbers)}}`)).to.deep.equal({ outputs: halves });
  });

  it('are answered as JSON in UTF-8, which says how long it is', async () => {
    const { status, headers, body } = await caller.send({
      path: predict,
      body: `{"inputs":${list(numbers)}}`,
    });
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('application/json; charset=utf-8');
    expect(headers['content-length']).to.equal(String(body.byteLength));
  });

  it('keep integers of 64 bits', async () => {
    const ones = Array<number>(count).fill(1);
    const large = list(ones).replace('1', '9007199254740993');
    const body = `{"signature_name":"add","inputs":{"a":${large},"b":${list(ones)}}}`;
    const answer = (await caller.send({ path: predict, body })).body.toString();
    expect(answer).to.match(/^\{"outputs":\{"sum":\[9007199254740994,2,2,/);
  });

  it('take and give what JSON has no number for', async () => {
    const body = wide('{"instances":[NaN,-Infinity,3]}');
    expect((await caller.send({ path: predict, body })).body.toString()).to.equal(
      '{"predictions":[NaN,-Infinity,3.5]}',
    );
  });

  it('hold pictures, for predictions and as examples', async () => {
    const instances = wide(`{"instances":[${picture}]}`);
    expect(await answerTo('/v1/models/classifier:predict', instances)).to.deep.equal({
      predictions: [{ classes: 2, probabilities: [0, 0, 1] }],
    });
    const examples = wide(`{"examples":[{"image_bytes":${picture}}]}`);
    const results = [
      [
        ['background', 0],
        ['tench', 0],
        ['goldfish', 1],
      ],
    ];
    expect(await answerTo('/v1/models/classifier:classify', examples)).to.deep.equal({ results });
  });

  it('hold many examples', async () => {
    const rows = numbers.slice(0, 50_000);
    const body = `{"examples":[${rows.map((x) => `{"x":${x}}`).join(',')}]}`;
    const results = halves.slice(0, 50_000);
    expect(await answerTo('/v1/models/half_plus_two:regress', body)).to.deep.equal({ results });
  });

  for (const [path, body, status, words] of refused) {
    it(`are refused as small ones: ${path} ${body.slice(0, 60)}`, async () => {
      const small = await caller.send({ path, body });
      const large = await caller.send({ path, body: wide(body) });
      expect(large.body.toString()).to.equal(small.body.toString()).and.to.match(words);
      expect([small.status, large.status]).to.deep.equal([status, status]);
    });
  }

  it('are refused when they hold more numbers than can be read at once, and the next ones are taken', async () => {
    const refusal = await caller.send({ path: predict, body: `{"instances":[${'1,'.repeat(24_000_001)}1]}` });
    expect(refusal.body.toString()).to.match(/more values than can be read at once; send fewer rows\./);
    expect(refusal.status).to.equal(413);
    expect(await answerTo(predict, wide('{"instances":[1]}'))).to.deep.equal({ predictions: [2.5] });
  });
});
