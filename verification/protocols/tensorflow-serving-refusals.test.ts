/** What TensorFlow Serving's REST API refuses: method, path and body → status and exact JSON, and the server goes on. */
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import request from 'supertest';
import { errorKinds, ServingError } from '../../gateway/domain/errors.ts';
import { httpStatusTable } from '../../gateway/protocols/tensorflow-serving/http-status-table.ts';
import { errorOf } from '../support/answered.ts';
import { fakeJpeg } from '../support/fake-engine.ts';
import { ModelServerUnderTest } from '../support/model-server-under-test.ts';

type Method = 'get' | 'post' | 'put' | 'delete' | 'options' | 'patch';

const predict = '/v1/models/half_plus_two:predict';
const pictures = '/v1/models/classifier:predict';
const b64 = fakeJpeg(1).toString('base64');

/** Method, path, body, status, error: a text is the whole of it. */
const refused: readonly (readonly [Method, string, string, number, string | RegExp])[] = [
  ['get', '/v1/models', '', 400, 'Missing model name in request.'],
  ['get', '/v1/models/', '', 400, 'Missing model name in request.'],
  ['get', '/v1/foo', '', 400, 'Malformed request: GET /v1/foo'],
  ['get', '/v1/', '', 400, 'Malformed request: GET /v1/'],
  ['get', predict, '', 400, `Malformed request: GET ${predict}`],
  ['put', predict, '{}', 400, `Malformed request: PUT ${predict}`],
  ['delete', '/v1/models/x', '', 400, 'Malformed request: DELETE /v1/models/x'],
  ['options', '/v1/models/x', '', 400, 'Malformed request: OPTIONS /v1/models/x'],
  ['post', '/v1/models/x', '{}', 400, 'Malformed request: POST /v1/models/x'],
  ['post', '/v1/models/x:explain', '{}', 400, 'Malformed request: POST /v1/models/x:explain'],
  [
    'post',
    '/v1/models/x/versions/one:predict',
    '{}',
    400,
    'Malformed request: POST /v1/models/x/versions/one:predict',
  ],
  ['post', '/v1/models/x/labels/:predict', '{}', 400, 'Malformed request: POST /v1/models/x/labels/:predict'],
  ['get', '/v1/models/%ff', '', 400, 'Malformed request: GET /v1/models/%ff'],
  ['get', '/v1/models/x/versions/1/labels/a', '', 400, /^Malformed request: /],
  ['get', '/v1/models/x/versions/99999999999999999999', '', 400, /^Failed to convert version/],
  ['post', '/v1/models/x:predict', '{}', 404, 'Servable not found for request: Latest(x)'],
  [
    'post',
    '/v1/models/classifier/versions/3:predict',
    '{}',
    404,
    'Servable not found for request: Specific(classifier, 3)',
  ],
  [
    'post',
    '/v1/models/classifier/labels/canary:predict',
    '{}',
    400,
    'Unrecognized servable version label: canary',
  ],
  ['get', '/v1/models/x', '', 404, 'Could not find any versions of model x'],
  ['get', '/v1/models/classifier/versions/7', '', 404, 'Could not find version 7 of model classifier'],
  ['get', '/v1/models/classifier/labels/canary', '', 400, 'Unrecognized servable version label: canary'],
  ['get', '/v1/models/x/metadata', '', 404, 'Servable not found for request: Latest(x)'],
  ['post', predict, '', 400, 'JSON Parse error: The document is empty'],
  ['post', predict, ' \n', 400, 'JSON Parse error: The document is empty'],
  ['post', predict, '{', 400, /^JSON Parse error: /],
  ['post', predict, '{}', 400, "Missing 'inputs' or 'instances' key"],
  ['post', predict, '{"instances":[1],"inputs":[1]}', 400, /not both/],
  ['post', predict, '{"instances":[]}', 400, /empty/],
  ['post', predict, '{"instances":["a"]}', 400, /^"x" is a tensor of float32/],
  ['post', predict, '{"instances":[1,[2]]}', 400, /"x"/],
  ['post', predict, '{"instances":[{"y":1}]}', 400, /exactly the inputs of the signature: "x"/],
  [
    'post',
    predict,
    '{"signature_name":"none","instances":[1]}',
    400,
    /^There is no signature "none"; there is "serving_default"/,
  ],
  [
    'post',
    predict,
    '{"signature_name":"scale","instances":[[[1,2,3]]]}',
    400,
    /shape \[\?, 1, 2\], not \[1, 1, 3\]/,
  ],
  ['post', predict, '['.repeat(250_000), 400, /^JSON Parse error: /],
  ['post', predict, `{"instances":[${'"",'.repeat(150_000)}""]}`, 400, /too many strings/],
  ['post', pictures, '{"instances":[{"b64":"%%%"}]}', 400, /base64/],
  ['post', pictures, '{"instances":[{"b64":""}]}', 400, 'The picture is empty (0 bytes).'],
  [
    'post',
    pictures,
    `{"instances":[{"b64":"${b64}"},{"b64":"AAAA"}]}`,
    400,
    /^picture 2 of 2: The picture is not JPEG/,
  ],
  [
    'post',
    pictures,
    `{"instances":[${Array(9).fill(`{"b64":"${b64}"}`).join()}]}`,
    400,
    /holds 9 pictures; at most 8/,
  ],
  ['post', '/v1/models/classifier:classify', '{"examples":[]}', 400, /at least one example/],
  ['post', '/v1/models/classifier:classify', '{"examples":[{"a":1}]}', 400, /Each example needs one picture/],
  [
    'post',
    '/v1/models/classifier:regress',
    `{"examples":[{"image_bytes":{"b64":"${b64}"}}]}`,
    400,
    /gives no single number/,
  ],
  [
    'post',
    '/v1/models/half_plus_two:regress',
    '{"examples":[{"x":[1,2]}]}',
    400,
    /feature called "x" that holds 1 numbers/,
  ],
];

describe("refusals of TensorFlow Serving's REST API", () => {
  let server: ModelServerUnderTest;
  before(async () => {
    server = new ModelServerUnderTest({ maxUploadBytes: 700_000 });
    await server.load();
  });
  after(() => server.stop());

  async function expectHealthy(): Promise<void> {
    const { status } = await request(server.handle).post(predict).send('{"instances":[1]}');
    expect(status).to.equal(200);
  }

  for (const [method, path, body, status, error] of refused) {
    it(`${method.toUpperCase()} ${path} ${body.slice(0, 60)} → ${status}`, async () => {
      const sent = request(server.handle)[method](path);
      const answer = await (body === '' ? sent : sent.send(body));
      if (typeof error === 'string') expect(errorOf(answer)).to.equal(error);
      else expect(errorOf(answer)).to.match(error);
      expect(answer.status).to.equal(status);
      expect(Object.keys(JSON.parse(answer.text) as object)).to.deep.equal(['error']);
      expect(answer.headers['content-type']).to.match(/^application\/json/);
      await expectHealthy();
    });
  }

  for (const kind of errorKinds) {
    it(`says ${kind} as ${httpStatusTable[kind]}`, async () => {
      server.pictures.nextFault = new ServingError(kind, 'What is wrong.', {
        cause: new Error('/secret/place'),
        retryAfterSeconds: 3,
      });
      const answer = await request(server.handle).post(pictures).send(`{"instances":[{"b64":"${b64}"}]}`);
      expect(answer.status).to.equal(httpStatusTable[kind]);
      expect(answer.text).to.equal('{\n    "error": "What is wrong."\n}\n');
      expect(answer.headers['retry-after']).to.equal('3');
      await expectHealthy();
    });
  }

  it('refuses a body beyond the limit, and one that is compressed in a way that is unknown here', async () => {
    const large = await request(server.handle)
      .post(predict)
      .send(`{"instances":[${'1,'.repeat(600_000)}1]}`);
    expect(large.status).to.equal(413);
    expect(errorOf(large)).to.match(/larger than the limit/);
    const compressed = await request(server.handle).post(predict).set('Content-Encoding', 'br').send('{}');
    expect(compressed.status).to.equal(400);
    expect(errorOf(compressed)).to.match(/compressed as gzip or deflate/);
    await expectHealthy();
  });

  for (const [title, body, status] of [
    ['is none', Buffer.from('{"instances":[1]} and more'), 400],
    ['breaks off', gzipSync('{"instances":[1]}').subarray(0, 25), 400],
    ['grows beyond the limit', gzipSync(Buffer.alloc(50_000_000, ' ')), 413],
  ] as const) {
    it(`refuses a body of gzip that ${title}`, async () => {
      const answer = await packed(body);
      expect(answer.status).to.equal(status);
      await expectHealthy();
    });
  }

  it('takes a body of gzip', async () => {
    const answer = await packed(gzipSync('{"instances":[1,2,5]}'));
    expect(JSON.parse(answer.text)).to.deep.equal({ predictions: [2.5, 3, 4.5] });
  });

  const packed = (body: Buffer) =>
    request(server.handle)
      .post(predict)
      .set('Content-Encoding', 'gzip')
      .serialize((value: unknown) => value as string)
      .send(body);

  it('hides what nobody expected behind the request id', async () => {
    server.pictures.nextFault = new TypeError('/secret/place');
    const answer = await request(server.handle)
      .post(pictures)
      .set('X-Request-Id', 'abc-1')
      .send(`{"instances":[{"b64":"${b64}"}]}`);
    expect(answer.status).to.equal(500);
    expect(errorOf(answer)).to.match(/under request id abc-1\.$/);
    await expectHealthy();
  });

  it('gives up an inference whose time is over, and tells the engine', async () => {
    const hurried = new ModelServerUnderTest({ routes: { timeoutMilliseconds: 20 } });
    await hurried.load();
    const release = hurried.pictures.hold();
    const answer = await request(hurried.handle).post(pictures).send(`{"instances":[{"b64":"${b64}"}]}`);
    expect(answer.status).to.equal(504);
    expect(errorOf(answer)).to.match(/^Timed out: the answer took longer than 20 ms/);
    expect(hurried.pictures.cancelled).to.equal(1);
    release();
    await hurried.stop();
  });

  it('leaves other paths to others', async () => {
    const { status, text } = await request(server.handle).get('/v2/models/classifier');
    expect(status).to.equal(404);
    expect(text).to.include('There is nothing at this path');
  });
});
