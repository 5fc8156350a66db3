/** What `/predict` refuses, with what sentence, and that it goes on afterwards. */
import { expect } from 'chai';
import request from 'supertest';
import { errorOf } from '../support/answered.ts';
import { FakeEngine, fakeJpeg, pictureSignature } from '../support/fake-engine.ts';
import { gatewayUnderTest, readyGateway, type GatewayUnderTest } from '../support/gateway-under-test.ts';
import { testPicture } from '../support/test-picture.ts';

const picture = fakeJpeg(1);

describe('what /predict refuses', () => {
  let gateway: GatewayUnderTest;
  const post = (path: string) => request(gateway.handle).post(path);

  beforeEach(async () => {
    gateway = await readyGateway();
  });
  afterEach(async () => {
    const answer = await post('/predict').attach('file', picture);
    expect(answer.status, 'the next request').to.equal(200);
  });

  it('a form without the field, naming what came', async () => {
    const answer = await post('/predict').attach('photo', picture, 'a.jpg');
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.equal(
      'The picture is expected in a file field named "file"; what came is "photo".',
    );
  });

  it('a field that came as text, by its own name', async () => {
    const answer = await post('/predict').field('image', 'cat.jpg');
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/^The field "image" came as text/);
  });

  it('no body, another type, JSON of another form, broken base64', async () => {
    const refused: readonly (readonly [number, RegExp, () => request.Test])[] = [
      [400, /no Content-Type\. With curl: -F file=@cat\.jpg/, () => post('/predict')],
      [415, /not multipart/, () => post('/predict').set('Content-Type', 'text/csv').send('1,2')],
      [400, /must be \{"file": "<base64>"\}/, () => post('/predict').send({ picture: 'x' })],
      [400, /value of "image" is not valid base64/, () => post('/predict').send({ image: '!!' })],
      [400, /must be \{"file"/, () => post('/predict').send('null').set('Content-Type', 'application/json')],
    ];
    for (const [status, sentence, send] of refused) {
      const answer = await send();
      expect(answer.status).to.equal(status);
      expect(errorOf(answer)).to.match(sentence);
    }
  });

  it('k and labels that are none, with the range that holds without the background', async () => {
    for (const k of ['0', '1001', '-1', 'five', '1.5', '']) {
      const answer = await post(`/predict/top?k=${k}`).attach('file', picture);
      expect(answer.status, k).to.equal(400);
      expect(errorOf(answer)).to.equal('"k" must be a whole number from 1 to 1000.');
    }
    const answer = await post('/predict?labels=perhaps').attach('file', picture);
    expect([answer.status, errorOf(answer)]).to.deep.equal([400, '"labels" must be true or false.']);
  });

  it('pictures of other formats, truncated ones, empty ones, too many, each in its own words', async () => {
    const gif = await post('/predict').attach('file', Buffer.from(testPicture('one-frame.gif')), 'a.gif');
    expect([gif.status, errorOf(gif)]).to.deep.equal([
      400,
      'The picture is not JPEG, PNG, WEBP: its first bytes are those of GIF. Accepted: JPEG, PNG, WEBP.',
    ]);
    const empty = await post('/predict').attach('file', Buffer.alloc(0), 'a.jpg');
    expect(empty.status).to.equal(400);
    const second = await post('/predict').attach('file', picture).attach('file', Buffer.from('x'), 'b.jpg');
    expect(errorOf(second)).to.match(/^picture 2 of 2 \(b\.jpg\): /);
  });

  it('the wrong method', async () => {
    const answer = await request(gateway.handle).get('/predict');
    expect([answer.status, answer.headers['allow']]).to.deep.equal([405, 'POST']);
  });
});

describe('what /predict cannot do', () => {
  it('answer for a model that is still loading', async () => {
    const answer = await request(gatewayUnderTest().handle).post('/predict').attach('file', picture);
    expect(answer.status).to.equal(503);
    expect(answer.headers['retry-after']).to.equal('5');
  });

  it('answer for a model without probabilities', async () => {
    const outputs = pictureSignature(5).outputs.filter(({ name }) => name === 'classes');
    const engine = new FakeEngine({ signatures: [{ ...pictureSignature(5), outputs }] });
    const { handle } = await readyGateway({ engine });
    const answer = await request(handle).post('/predict').attach('file', picture);
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/gives classes without probabilities, which this answer is made of/);
  });
});

describe('the key of /predict', () => {
  const apiKey = 'correct-horse';
  let gateway: GatewayUnderTest;
  const post = (path = '/predict') => request(gateway.handle).post(path);

  beforeEach(async () => {
    gateway = await readyGateway({ apiKey });
  });

  it('opens as a bearer token or as X-API-Key, also beside another Authorization', async () => {
    const headers: readonly Readonly<Record<string, string>>[] = [
      { Authorization: `Bearer ${apiKey}` },
      { Authorization: `bearer  ${apiKey}` },
      { 'X-API-Key': apiKey },
      { Authorization: 'Bearer token-of-the-platform', 'X-API-Key': apiKey },
    ];
    for (const given of headers) {
      for (const path of ['/predict', '/predict/top']) {
        const answer = await post(path).set(given).attach('file', picture);
        expect(answer.status, JSON.stringify(given)).to.equal(200);
      }
    }
  });

  it('is asked for with 401 and WWW-Authenticate, and neither log nor answer repeats what was sent', async () => {
    const headers: readonly Readonly<Record<string, string>>[] = [
      {},
      { Authorization: 'Bearer' },
      { Authorization: `Basic ${apiKey}` },
      { Authorization: 'Bearer wrong-horse' },
      { 'X-API-Key': `${apiKey}x` },
      { 'X-API-Key': apiKey.slice(1) },
      { 'X-API-Key': apiKey.toUpperCase() },
    ];
    for (const given of headers) {
      for (const path of ['/predict', '/predict/top']) {
        const answer = await post(path).set(given).attach('file', picture);
        expect(answer.status, JSON.stringify(given)).to.equal(401);
        expect(answer.headers['www-authenticate']).to.match(/^Bearer realm=/);
        expect(errorOf(answer)).to.include('X-API-Key');
        expect(answer.text).not.to.include('horse');
      }
    }
    expect(gateway.engine.requests).to.have.length(0);
    expect(JSON.stringify(gateway.logged)).not.to.include('horse');
  });

  it('is not asked for anywhere else', async () => {
    for (const path of ['/', '/health', '/ready', '/classify']) {
      expect((await request(gateway.handle).get(path)).status, path).to.equal(200);
    }
    expect((await post('/classify/resnet').attach('image', picture)).status).to.equal(200);
  });
});
