/** What `POST /predict` and `/predict/top` answer, through the whole application in process. */
import { expect } from 'chai';
import request from 'supertest';
import { fieldOf } from '../support/answered.ts';
import { FakeEngine, fakeJpeg } from '../support/fake-engine.ts';
import { modelToServe, readyGateway, type GatewayOptions } from '../support/gateway-under-test.ts';
import { testPicture } from '../support/test-picture.ts';

/** What system 1 and 2 call a tench and a mud turtle, and what models with a background class call them. */
const [tench, mudTurtle] = [0, 35];
const withBackground = (classId: number): number => classId + 1;

async function posting(options: GatewayOptions = {}) {
  const gateway = await readyGateway(options);
  return { gateway, post: (path = '/predict') => request(gateway.handle).post(path) };
}

/** Without the seconds, which are another each time and only have to be plausible. */
function withoutTime(body: unknown): unknown {
  const seconds = fieldOf({ text: JSON.stringify(body) }, 'processing_time');
  expect(seconds).to.be.a('number').within(0, 60);
  return { ...Object(body), processing_time: 'seconds' };
}

describe('POST /predict', () => {
  it('answers a picture in the field file with class, confidence, time and the use of the GPU', async () => {
    const { post } = await posting();
    const answer = await post().attach('file', fakeJpeg(withBackground(tench)), 'tench.jpg');
    expect(answer.status).to.equal(200);
    expect(Object.keys(answer.body as object)).to.deep.equal([
      'class_id',
      'confidence',
      'processing_time',
      'gpu_utilization',
    ]);
    expect(withoutTime(answer.body)).to.deep.equal({
      class_id: tench,
      confidence: 1,
      processing_time: 'seconds',
      gpu_utilization: null,
    });
    expect(answer.headers['x-model']).to.equal('classifier/1');
  });

  it('takes the field image, a raw body and base64 in JSON under either name', async () => {
    const { post } = await posting();
    const picture = fakeJpeg(withBackground(mudTurtle));
    const base64 = picture.toString('base64');
    const answers = [
      await post().attach('image', picture, 'a.jpg'),
      await post().set('Content-Type', 'image/jpeg').send(picture),
      await post().send({ file: base64 }),
      await post().send({ image: `data:image/jpeg;base64,${base64}` }),
    ];
    for (const answer of answers) expect(fieldOf(answer, 'class_id')).to.equal(mudTurtle);
  });

  it('answers several files, or a JSON list, with a list in order', async () => {
    const { post, gateway } = await posting();
    const form = await post()
      .attach('file', fakeJpeg(3))
      .attach('file', fakeJpeg(1))
      .attach('image', fakeJpeg(2));
    expect((form.body as { class_id: number }[]).map(({ class_id }) => class_id)).to.deep.equal([2, 0, 1]);
    expect(gateway.engine.requests).to.have.length(1);
    const list = await post().send({ file: [fakeJpeg(9).toString('base64')] });
    expect((list.body as { class_id: number }[]).map(({ class_id }) => class_id)).to.deep.equal([8]);
  });

  it('adds the label on request, that of the class and not of its shifted number', async () => {
    const models = [
      { ...modelToServe('classifier'), facts: { labels: ['background', 'tench', 'goldfish'] } },
    ];
    const engine = (): FakeEngine => new FakeEngine({ classCount: 3 });
    const shifted = await posting({
      engine: engine(),
      models: models.map((model) => ({ ...model, facts: { ...model.facts, hasBackgroundClass: true } })),
    });
    const labelled = await shifted.post('/predict?labels=true').attach('file', fakeJpeg(2));
    expect(labelled.body).to.include({ class_id: 1, label: 'goldfish' });
    const plain = await posting({ engine: engine(), models });
    const own = await plain.post('/predict?labels=1').attach('file', fakeJpeg(2));
    expect(own.body, 'three classes and no word of a background').to.include({
      class_id: 2,
      label: 'goldfish',
    });
    expect((await plain.post('/predict?labels=false').attach('file', fakeJpeg(2))).body).not.to.have.property(
      'label',
    );
    const nameless = await posting({
      engine: engine(),
      models: [{ ...modelToServe('classifier'), facts: {} }],
    });
    const answer = await nameless.post('/predict?labels=true').attach('file', fakeJpeg(2));
    expect(answer.body).to.have.property('label', null);
  });

  it('never answers with the background, however likely', async () => {
    const scores = (): number[] => [0.7, 0.1, 0.2];
    const models = [{ ...modelToServe('classifier'), facts: { hasBackgroundClass: true } }];
    const { post } = await posting({ engine: new FakeEngine({ classCount: 3, scores }), models });
    const answer = await post().attach('file', fakeJpeg(0));
    expect(answer.body).to.have.property('class_id', 1);
    expect(fieldOf(answer, 'confidence')).to.be.closeTo(0.2, 1e-6);
  });

  it('takes the word of the facts against the number of classes', async () => {
    const models = [{ ...modelToServe('classifier'), facts: { hasBackgroundClass: false } }];
    const { post } = await posting({ models });
    expect((await post().attach('file', fakeJpeg(35))).body).to.have.property('class_id', 35);
  });

  it('tells how busy the GPU is when there is one', async () => {
    const { post } = await posting({ gpuUtilization: 0.75 });
    expect((await post().attach('file', fakeJpeg(1))).body).to.have.property('gpu_utilization', 0.75);
  });

  it('takes PNG and WebP, whatever the formats of /classify are', async () => {
    const { post } = await posting({ formats: ['jpeg'] });
    for (const name of ['colour-alpha.png', 'grey-16-bits.png', 'palette.png', 'lossy.webp']) {
      const answer = await post().attach('file', Buffer.from(testPicture(name)), name);
      expect(answer.status, name).to.equal(200);
    }
    const classified = await post('/classify/resnet').attach(
      'image',
      Buffer.from(testPicture('colour.png')),
      'a.png',
    );
    expect(classified.status).to.equal(400);
  });
});

describe('POST /predict/top', () => {
  const scores = (): number[] => [0.05, 0.1, 0.5, 0.05, 0.3];
  const ranked = () => posting({ engine: new FakeEngine({ classCount: 5, scores }) });

  it('answers the k likeliest classes, likeliest first', async () => {
    const { post } = await ranked();
    const answer = await post('/predict/top?k=3').attach('file', fakeJpeg(0));
    expect(answer.status).to.equal(200);
    expect(Object.keys(answer.body as object)).to.deep.equal(['predictions', 'processing_time']);
    const predictions = fieldOf(answer, 'predictions') as { class_id: number; confidence: number }[];
    expect(predictions.map(({ class_id }) => class_id)).to.deep.equal([2, 4, 1]);
    expect(predictions.map(({ confidence }) => Math.round(confidence * 100))).to.deep.equal([50, 30, 10]);
    expect(predictions[0]).to.have.all.keys('class_id', 'confidence');
  });

  it('gives five without k, and no more than there are classes', async () => {
    const many = await posting();
    const five = await many.post('/predict/top').attach('file', fakeJpeg(7));
    expect(fieldOf(five, 'predictions')).to.have.length(5);
    const few = await posting({ engine: new FakeEngine({ classCount: 3 }) });
    const all = await few.post('/predict/top?labels=true').attach('file', fakeJpeg(1));
    expect(fieldOf(all, 'predictions')).to.deep.include({ class_id: 1, confidence: 1, label: 'tench' });
    expect(fieldOf(all, 'predictions')).to.have.length(3);
  });

  it('counts no background among the predictions, even when all classes are asked for', async () => {
    const { post } = await posting();
    const answer = await post('/predict/top?k=1000').attach('file', fakeJpeg(0));
    const classes = (fieldOf(answer, 'predictions') as { class_id: number }[]).map(
      ({ class_id }) => class_id,
    );
    expect(classes).to.deep.equal(Array.from({ length: 1000 }, (_, index) => index));
  });

  it('answers several files with a list', async () => {
    const { post } = await ranked();
    const answer = await post('/predict/top?k=1').attach('file', fakeJpeg(0)).attach('file', fakeJpeg(0));
    expect(answer.body).to.have.length(2);
  });
});
