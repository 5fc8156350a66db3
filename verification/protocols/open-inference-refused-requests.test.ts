/** Requests that the Open Inference Protocol refuses over REST, and how it says each kind of error. */
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { errorKinds, ServingError } from '../../gateway/domain/errors.ts';
import { httpStatusTable } from '../../gateway/protocols/open-inference/http-status-table.ts';
import {
  b64,
  input,
  json,
  numbers,
  picture,
  pictures,
  RefusingServer,
  sentenceOf,
  type Refusal,
} from '../support/refusing-server.ts';

const refused: readonly Refusal[] = [
  [
    'another content type',
    { path: numbers, headers: { 'Content-Type': 'text/plain' }, body: input({}) },
    415,
    /not application\/json/,
  ],
  [
    'a form',
    { path: pictures, headers: { 'Content-Type': 'multipart/form-data; boundary=a' }, body: '--a--' },
    415,
    /not application\/json/,
  ],
  [
    'another compression',
    { path: numbers, headers: { ...json, 'Content-Encoding': 'br' }, body: input({}) },
    415,
    /gzip or deflate/,
  ],
  [
    'gzip that is none',
    { path: numbers, headers: { ...json, 'Content-Encoding': 'gzip' }, body: input({}) },
    400,
    /not what its Content-Encoding says/,
  ],
  [
    'an unknown model',
    { path: '/v2/models/nothing/infer', body: input({}) },
    404,
    /no model called "nothing"/,
  ],
  [
    'an unknown version',
    { path: '/v2/models/half_plus_two/versions/7/infer', body: input({}) },
    404,
    /no such version/,
  ],
  [
    'a version that is no number',
    { path: '/v2/models/half_plus_two/versions/one/infer', body: input({}) },
    400,
    /whole number/,
  ],
  ['a model that failed', { path: '/v2/models/broken/infer', body: input({}) }, 503, /cannot answer/],
  ['metadata of an unknown model', { method: 'GET', path: '/v2/models/nothing' }, 404, /nothing/],
  ['readiness of an unknown model', { method: 'GET', path: '/v2/models/nothing/ready' }, 404, /nothing/],
  ['statistics of an unknown model', { method: 'GET', path: '/v2/models/nothing/stats' }, 404, /nothing/],
  ['a name that cannot be decoded', { method: 'GET', path: '/v2/models/%ff' }, 404, /percent sign/],
  ['another method', { method: 'GET', path: numbers }, 405, /What works: POST/],
  ['an unknown path', { method: 'GET', path: '/v2/nothing' }, 404, /nothing at this path/],
  [
    'loading where nobody may',
    { path: '/v2/repository/models/half_plus_two/load' },
    405,
    /MODEL_CONTROL=explicit/,
  ],
  [
    'unloading where nobody may',
    { path: '/v2/repository/models/half_plus_two/unload' },
    405,
    /MODEL_CONTROL=explicit/,
  ],
];

describe('refused requests', () => {
  const refusing = new RefusingServer();
  before(() => refusing.start());
  after(() => refusing.stop());

  for (const refusal of refused) {
    it(`${refusal[0]} → ${refusal[2]}`, () => refusing.expectRefusal(refusal));
  }

  for (const kind of errorKinds) {
    it(`says ${kind} as ${httpStatusTable[kind]}`, async () => {
      refusing.server.pictures.nextFault = new ServingError(kind, 'What is wrong.', {
        cause: new Error('/secret/place'),
        retryAfterSeconds: 3,
      });
      const answer = await refusing.send({ path: pictures, headers: json, body: picture(b64) });
      expect(answer.status).to.equal(httpStatusTable[kind]);
      expect(answer.body.toString()).to.equal('{"error":"What is wrong."}');
      expect(answer.headers['retry-after']).to.equal('3');
      await refusing.expectHealthy(answer);
    });
  }

  it('hides what nobody expected behind the request id', async () => {
    refusing.server.pictures.nextFault = new TypeError('/secret/place');
    const headers = { ...json, 'X-Request-Id': 'abc-1' };
    const answer = await refusing.send({ path: pictures, headers, body: picture(b64) });
    expect(answer.status).to.equal(500);
    expect(sentenceOf(answer)).to.match(/under request id abc-1\.$/);
    await refusing.expectHealthy(answer);
  });

  it('refuses bodies beyond the limit, and what unpacks to more', async () => {
    const large = await refusing.send({
      path: numbers,
      headers: json,
      body: input({ data: 'a'.repeat(1_100_000) }),
    });
    expect(large.status).to.equal(413);
    const headers = { ...json, 'Content-Encoding': 'gzip' };
    const bomb = await refusing.send({
      path: numbers,
      headers,
      body: gzipSync(Buffer.alloc(30_000_000, ' ')),
    });
    expect(bomb.status).to.equal(413);
    await refusing.expectHealthy(bomb);
  });
});
