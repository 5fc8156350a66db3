/** What `POST /classify/resnet` answers when all is well, through the whole application in process. */
import { expect } from 'chai';
import request from 'supertest';
import { errorOf, fieldOf } from '../support/answered.ts';
import { FakeEngine, fakeJpeg } from '../support/fake-engine.ts';
import { type GatewayUnderTest, readyGateway } from '../support/gateway-under-test.ts';
import { testPicture } from '../support/test-picture.ts';

const cat = fakeJpeg(286);
const png = Buffer.from(testPicture('colour.png'));

describe('POST /classify/resnet', () => {
  let gateway: GatewayUnderTest;
  const post = (path = '/classify/resnet') => request(gateway.handle).post(path);

  beforeEach(async () => {
    gateway = await readyGateway();
  });

  it('answers one JPEG in the field image with exactly {"classes":286}', async () => {
    const answer = await post().attach('image', cat, 'cat.jpg');
    expect(answer.status).to.equal(200);
    expect(answer.text).to.equal('{"classes":286}');
    expect(answer.headers['content-type']).to.match(/^application\/json/);
    expect(answer.headers['x-model']).to.equal('classifier/1');
    expect(answer.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('passes the bytes of the picture on unchanged', async () => {
    const picture = fakeJpeg(3, { width: 8, height: 8 }, 300_000);
    await post().attach('image', picture, 'cat.jpg').expect(200);
    const input = gateway.engine.requests[0]?.inputs.get('image_bytes');
    expect(input?.datatype).to.equal('string');
    expect(input?.shape).to.deep.equal([1]);
    expect(
      Buffer.compare(Buffer.from(input?.datatype === 'string' ? (input.elements[0] ?? []) : []), picture),
    ).to.equal(0);
  });

  it('keeps the request id of the client and replaces one that is no such thing', async () => {
    const kept = await post().set('X-Request-Id', 'abc-123').attach('image', cat, 'cat.jpg');
    expect(kept.headers['x-request-id']).to.equal('abc-123');
    const replaced = await post().set('X-Request-Id', 'a b').attach('image', cat, 'cat.jpg');
    expect(replaced.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('takes the raw body with an image type, whichever the type claims', async () => {
    for (const type of ['image/jpeg', 'image/png']) {
      const answer = await post().set('Content-Type', type).send(cat);
      expect(answer.text).to.equal('{"classes":286}');
    }
  });

  it('takes base64 in JSON, bare, as a data URL, with line breaks or URL-safe', async () => {
    const base64 = cat.toString('base64');
    const forms = [
      base64,
      `data:image/jpeg;base64,${base64}`,
      base64.replace(/(.{20})/g, '$1\n'),
      cat.toString('base64url'),
    ];
    for (const image of forms) {
      const answer = await post().send({ image });
      expect(answer.text).to.equal('{"classes":286}');
    }
  });

  it('answers a repeated field with a list in order', async () => {
    const answer = await post()
      .attach('image', fakeJpeg(3))
      .attach('image', fakeJpeg(1))
      .attach('image', fakeJpeg(2));
    expect(answer.text).to.equal('{"classes":[3,1,2]}');
    expect(gateway.engine.requests).to.have.length(1);
  });

  it('answers a JSON list with a list, even of one', async () => {
    const answer = await post().send({ image: [cat.toString('base64')] });
    expect(answer.text).to.equal('{"classes":[286]}');
  });

  it('adds ranked predictions for ?top', async () => {
    const { handle } = await readyGateway({ engine: new FakeEngine({ classCount: 3 }) });
    const labelled = (top: number) => request(handle).post(`/classify/resnet?top=${top}`);
    const answer = await labelled(2).attach('image', fakeJpeg(2), 'x.jpg');
    expect(answer.body).to.deep.equal({
      classes: 2,
      predictions: [
        { class: 2, label: 'goldfish', probability: 1 },
        { class: 0, label: 'background', probability: 0 },
      ],
    });
    const several = await labelled(1).attach('image', fakeJpeg(0)).attach('image', fakeJpeg(1));
    expect(several.body).to.deep.equal({
      classes: [0, 1],
      predictions: [
        [{ class: 0, label: 'background', probability: 1 }],
        [{ class: 1, label: 'tench', probability: 1 }],
      ],
    });
  });

  it('names no class when the labels are too few for the classes', async () => {
    const answer = await post('/classify/resnet?top=1').attach('image', fakeJpeg(1));
    expect(answer.body).to.have.deep.property('predictions', [{ class: 1, label: null, probability: 1 }]);
  });

  it('is not confused by 50 requests at once', async () => {
    const classes = Array.from({ length: 50 }, (_, index) => index * 7);
    const server = await gateway.http.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${server.port}`;
    const answers = await Promise.all(
      classes.map((index) => request(url).post('/classify/resnet').attach('image', fakeJpeg(index))),
    );
    await gateway.http.close(1000);
    expect(answers.map((answer) => fieldOf(answer, 'classes'))).to.deep.equal(classes);
    expect(new Set(answers.map((answer) => String(answer.headers['x-request-id']))).size).to.equal(50);
  });

  it('ignores text fields beside the picture', async () => {
    const answer = await post().field('comment', 'my cat').attach('image', cat);
    expect(answer.text).to.equal('{"classes":286}');
  });

  it('takes a PNG once PNG is opened', async () => {
    gateway = await readyGateway({ formats: ['jpeg', 'png', 'webp'] });
    await post().attach('image', png, 'cat.png').expect(200);
    const refused = await post().attach('image', Buffer.from('GIF89a\x01\0\x01\0'));
    expect(errorOf(refused)).to.match(/Accepted: JPEG, PNG, WEBP/);
  });

  it('writes one access line a request', async () => {
    await post().set('X-Request-Id', 'line-1').attach('image', cat);
    const fields = gateway.logged.map((line) => line.fields);
    expect(fields).to.have.length(1);
    expect(fields[0]).to.include({
      requestId: 'line-1',
      method: 'POST',
      path: '/classify/resnet',
      status: 200,
      model: 'classifier/1',
    });
  });
});
