/** What `POST /classify/resnet` refuses, with which status and which sentence. */
import { expect } from 'chai';
import request from 'supertest';
import { ServingError } from '../../gateway/domain/errors.ts';
import { errorOf } from '../support/answered.ts';
import { FakeEngine, fakeJpeg, pictureSignature } from '../support/fake-engine.ts';
import { type GatewayUnderTest, readyGateway } from '../support/gateway-under-test.ts';
import { testPicture } from '../support/test-picture.ts';

const cat = fakeJpeg(286);
const png = Buffer.from(testPicture('colour.png'));

describe('POST /classify/resnet refuses', () => {
  let gateway: GatewayUnderTest;
  const post = (path = '/classify/resnet') => request(gateway.handle).post(path);

  beforeEach(async () => {
    gateway = await readyGateway();
  });

  it('refuses a top outside 1 to the number of classes', async () => {
    for (const top of ['0', '1002', 'five', '-1', '1.5', '', '2&top=3']) {
      const answer = await post(`/classify/resnet?top=${top}`).attach('image', cat);
      expect([answer.status, answer.body]).to.deep.equal([
        400,
        { error: '"top" must be a whole number from 1 to 1001.' },
      ]);
    }
    await post('/classify/resnet?top=1001').attach('image', cat).expect(200);
  });

  it('says which of several pictures in JSON is no base64', async () => {
    const answer = await post().send({ image: [cat.toString('base64'), '!!!!'] });
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/^picture 2 of 2: .*not valid base64/);
  });

  it('refuses JSON of many small values without parsing it', async () => {
    gateway.stop();
    gateway = await readyGateway({ maxUploadBytes: 20_971_520 });
    const body = `{"image":[${new Array(200_000).fill('""').join(',')}]}`;
    const answer = await post().set('Content-Type', 'application/json').send(body);
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/more values than a list of pictures/);
  });

  it('says which of several pictures is bad, and infers none', async () => {
    const answer = await post()
      .attach('image', cat, 'a.jpg')
      .attach('image', png, 'folder/cat.png')
      .attach('image', cat, 'c.jpg');
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/^picture 2 of 3 \(cat\.png\): The picture is not JPEG/);
    expect(gateway.engine.requests).to.have.length(0);
  });

  it('names the picture that the engine could not decode', async () => {
    gateway.engine.nextFault = new ServingError('unsupported-image', 'The JPEG is truncated.', { row: 1 });
    const answer = await post().attach('image', cat, 'a.jpg').attach('image', cat, 'b.jpg');
    expect([answer.status, errorOf(answer)]).to.deep.equal([
      400,
      'picture 2 of 2 (b.jpg): The JPEG is truncated.',
    ]);
    gateway.engine.nextFault = new ServingError('unsupported-image', 'The JPEG is truncated.', { row: 0 });
    const single = await post().attach('image', cat, 'a.jpg');
    expect([single.status, errorOf(single)]).to.deep.equal([400, 'The JPEG is truncated.']);
  });

  describe('refuses with 400', () => {
    const refusals: readonly [title: string, send: () => request.Test, sentence: RegExp][] = [
      [
        'another field name',
        () => post().attach('file', cat, 'cat.jpg'),
        /expected in a file field named "image"; what came is "file"\./,
      ],
      [
        'a picture under another name beside image',
        () => post().attach('image', cat).attach('img', cat),
        /what came is "img"/,
      ],
      ['__proto__ as a field name', () => post().attach('__proto__', cat), /what came is "__proto__"/],
      ['image sent as text', () => post().field('image', '@cat.jpg'), /came as text.*-F image=@cat\.jpg/],
      ['an empty file', () => post().attach('image', Buffer.alloc(0), 'cat.jpg'), /empty \(0 bytes\)/],
      ['an empty raw body', () => post().set('Content-Type', 'image/jpeg').send(''), /empty \(0 bytes\)/],
      [
        'a form without fields',
        () => post().set('Content-Type', 'multipart/form-data; boundary=x').send('--x--\r\n'),
        /form is empty/,
      ],
      [
        'a form without an end',
        () => post().set('Content-Type', 'multipart/form-data; boundary=x').send('--x\r\n'),
        /cannot be read/,
      ],
      [
        'a form without a boundary',
        () => post().set('Content-Type', 'multipart/form-data').send('--x--'),
        /boundary/,
      ],
      ['a PNG that claims to be a JPEG', () => post().attach('image', png, 'cat.jpg'), /not JPEG: .*PNG/],
      ['a GIF', () => post().attach('image', Buffer.from('GIF89a\x01\0\x01\0'), 'cat.jpg'), /GIF/],
      ['text', () => post().attach('image', Buffer.from('hello'), 'cat.jpg'), /not JPEG/],
      [
        'a JPEG cut off in its header',
        () => post().attach('image', cat.subarray(0, 10), 'cat.jpg'),
        /truncated or corrupt/,
      ],
      [
        'JSON cut off',
        () => post().set('Content-Type', 'application/json').send('{"image":"'),
        /not valid JSON/,
      ],
      [
        'an empty JSON body',
        () => post().set('Content-Type', 'application/json').send(''),
        /JSON body must be/,
      ],
      [
        'JSON without image',
        () => post().send({ picture: 'x' }),
        /JSON body must be \{"image": "<base64>"\}/,
      ],
      ['JSON with a number', () => post().send({ image: 5 }), /JSON body must be/],
      [
        'JSON that is no object',
        () => post().set('Content-Type', 'application/json').send('null'),
        /JSON body must be/,
      ],
      ['JSON with what is not base64', () => post().send({ image: '!!!!' }), /not valid base64/],
      ['an empty JSON list', () => post().send({ image: [] }), /no picture/],
      ['nothing at all', () => post(), /file field named "image".*no Content-Type.*-F image=@cat\.jpg/],
      [
        'a body without its type',
        () => post().send(Buffer.from('x')),
        /file field named "image".*no Content-Type.*-F image=@cat\.jpg/,
      ],
    ];
    for (const [title, send, sentence] of refusals) {
      it(title, async () => {
        const answer = await send();
        expect(answer.status).to.equal(400);
        expect(Object.keys(answer.body as object)).to.deep.equal(['error']);
        expect(errorOf(answer)).to.match(sentence);
        expect(gateway.engine.requests).to.have.length(0);
      });
    }
  });

  it('refuses other content types and compression with 415, and says what to write instead', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await post().set('Content-Type', type).send('image=x');
      expect(answer.status).to.equal(415);
      expect(errorOf(answer)).to.match(/multipart\/form-data, image\/jpeg or application\/json/);
      expect(errorOf(answer)).to.match(/curl: -F image=@cat\.jpg/);
    }
    const compressed = await post()
      .set('Content-Type', 'image/jpeg')
      .set('Content-Encoding', 'gzip')
      .send(cat);
    expect(compressed.status).to.equal(415);
  });

  it('refuses pictures beyond the limits of pixels, number and bytes, and says the limit', async () => {
    gateway = await readyGateway({ maxPixels: 1000, maxPictures: 2, maxUploadBytes: 4096 });
    const pixels = await post().attach('image', fakeJpeg(1, { width: 100, height: 20 }));
    expect([pixels.status, errorOf(pixels)]).to.deep.equal([
      413,
      'The picture has 100 × 20 = 2000 pixels; the limit is 1000.',
    ]);
    const pictures = await post().attach('image', cat).attach('image', cat).attach('image', cat);
    expect([pictures.status, errorOf(pictures)]).to.deep.equal([
      400,
      'The request holds 3 pictures; at most 2 are taken at once.',
    ]);
    const bytes = await post().set('Content-Type', 'image/jpeg').send(Buffer.alloc(5000));
    expect(bytes.status).to.equal(413);
    expect(errorOf(bytes)).to.match(/limit of 4096 bytes/);
    const base64 = await post().send({ image: 'A'.repeat(80_000) });
    expect(base64.status).to.equal(413);
    expect(errorOf(base64)).to.match(/limit of 4096 bytes/);
    const allowed = await post().send({
      image: fakeJpeg(7, { width: 8, height: 8 }, 4000).toString('base64'),
    });
    expect(allowed.text).to.equal('{"classes":7}');
  });

  it('keeps what an engine or a bug says out of the answer and in the log', async () => {
    gateway.engine.nextFault = new Error('secret at /srv/models');
    const answer = await post().set('X-Request-Id', 'id-1').attach('image', cat);
    expect(answer.status).to.equal(500);
    expect(answer.text).to.not.contain('secret');
    expect(errorOf(answer)).to.match(/request id id-1/);
    const line = gateway.logged.find(({ level }) => level === 'error');
    expect(line?.fields['error']).to.be.instanceOf(Error).with.property('message', 'secret at /srv/models');
  });

  it('refuses scores that are not numbers', async () => {
    gateway = await readyGateway({
      engine: new FakeEngine({ classCount: 3, scores: () => [NaN, NaN, NaN] }),
    });
    const answer = await post().attach('image', cat);
    expect(answer.status).to.equal(500);
    expect(errorOf(answer)).to.match(/not numbers/);
  });

  it('says so when the model takes tensors', async () => {
    const signature = {
      ...pictureSignature(5),
      inputs: [{ name: 'x', datatype: 'float32' as const, shape: [null, 4] }],
    };
    gateway = await readyGateway({ engine: new FakeEngine({ signatures: [signature] }) });
    const answer = await post().attach('image', cat);
    expect([answer.status, errorOf(answer)]).to.deep.equal([
      400,
      'Model classifier takes tensors, not pictures, so it cannot classify an image.',
    ]);
  });

  it('names the signatures that take pictures when it cannot choose one', async () => {
    const signatures = ['one', 'two'].map((name) => pictureSignature(5, name));
    gateway = await readyGateway({ engine: new FakeEngine({ signatures }) });
    const answer = await post().attach('image', cat);
    expect(answer.status).to.equal(400);
    expect(errorOf(answer)).to.match(/several signatures that take pictures \(one, two\).*"signature"/);
  });
});
