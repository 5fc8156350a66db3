/** What the Open Inference Protocol tells about server and models over REST. */
import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { fakeJpeg } from '../support/fake-engine.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

const pictures = '/v2/models/resnet-50';
const numbers = '/v2/models/half_plus_two';
const b64 = fakeJpeg(2).toString('base64');

function bodyOf({ text }: Response): Record<string, unknown> {
  const body: unknown = JSON.parse(text);
  return Object.fromEntries(Object.entries(body ?? {}));
}

describe('models in the Open Inference Protocol over REST', () => {
  let server: InferenceServerUnderTest;
  before(async () => {
    server = new InferenceServerUnderTest();
    await server.start();
  });
  after(() => server.stop());

  const get = (path: string): request.Test => request(server.handle).get(path);

  it('tells about the server, and which extensions it has', async () => {
    expect(bodyOf(await get('/v2').expect(200))).to.deep.equal({
      name: 'fovea',
      version: '1.2.3',
      extensions: [
        'binary_tensor_data',
        'classification',
        'model_configuration',
        'model_repository',
        'statistics',
      ],
    });
    expect(bodyOf(await get('/v2/health/live').expect(200))).to.deep.equal({ live: true });
  });

  it('is ready as far as all models are, with a body that says it', async () => {
    expect(bodyOf(await get('/v2/health/ready').expect(503))).to.deep.equal({ live: true, ready: false });
    expect(bodyOf(await get(`${pictures}/ready`).expect(200))).to.deep.equal({
      name: 'resnet-50',
      ready: true,
    });
    await get(`${pictures}/versions/1/ready`).expect(200);
    expect(bodyOf(await get('/v2/models/broken/ready').expect(503))).to.deep.equal({
      name: 'broken',
      ready: false,
    });
  });

  it('describes a model', async () => {
    expect(bodyOf(await get(pictures).expect(200))).to.deep.equal({
      name: 'resnet-50',
      versions: ['2', '1'],
      platform: 'tensorflow_savedmodel',
      inputs: [{ name: 'image_bytes', datatype: 'BYTES', shape: [-1] }],
      outputs: [
        { name: 'classes', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 6] },
      ],
    });
    await get(`${pictures}/versions/1`).expect(200);
  });

  it('tells the configuration that clients for tensors look for', async () => {
    const config = bodyOf(await get('/v2/models/cassava/versions/1/config').expect(200));
    expect(config).to.include({ name: 'cassava', max_batch_size: 8 });
    expect(config['input']).to.deep.equal([
      { name: 'input_1', data_type: 'TYPE_FP32', format: 'FORMAT_NHWC', dims: [2, 2, 3], optional: false },
    ]);
    expect(config['output']).to.deep.equal([
      { name: 'probabilities', data_type: 'TYPE_FP32', dims: [6], label_filename: '' },
    ]);
  });

  it('tells a configuration with the whole shape where a row is one value, since Triton knows no empty dims', async () => {
    const config = bodyOf(await get('/v2/models/resnet-50/config').expect(200));
    expect(config).to.include({ name: 'resnet-50', max_batch_size: 0 });
    expect(config).to.have.deep.nested.property('input[0].dims', [-1]);
    expect(config).to.have.deep.nested.property('output[1].dims', [-1, 6]);
  });

  it('lists the models, all of them or those that are ready', async () => {
    const all = await request(server.handle).post('/v2/repository/index').expect(200);
    expect(JSON.parse(all.text)).to.deep.equal([
      { name: 'resnet-50', version: '2', state: 'READY', reason: '' },
      { name: 'resnet-50', version: '1', state: 'READY', reason: '' },
      { name: 'cassava', version: '1', state: 'READY', reason: '' },
      { name: 'half_plus_two', version: '123', state: 'READY', reason: '' },
      {
        name: 'broken',
        version: '1',
        state: 'UNAVAILABLE',
        reason: 'It could not be loaded; the log of the server says why.',
      },
    ]);
    const ready = await request(server.handle).post('/v2/repository/index').send({ ready: true }).expect(200);
    expect(JSON.parse(ready.text)).to.have.length(4);
  });

  it('counts what it has done', async () => {
    const fresh = new InferenceServerUnderTest();
    await fresh.start();
    const ask = (data: readonly unknown[]): request.Test =>
      request(fresh.handle)
        .post(`${numbers}/infer`)
        .send({ inputs: [{ name: 'x', shape: [data.length], datatype: 'FP32', data }] });
    for (const data of [[1, 2], [3, 4], [5]]) await ask(data).expect(200);
    fresh.pictures.nextFault = new Error('broken for the tests');
    await request(fresh.handle)
      .post(`${pictures}/infer`)
      .send({ inputs: [{ name: 'image_bytes', shape: [1], datatype: 'BYTES', data: [b64] }] })
      .expect(500);
    const statistics: unknown = JSON.parse((await request(fresh.handle).get(`${numbers}/stats`)).text);
    expect(statistics).to.have.nested.property('model_stats.length', 1);
    for (const [path, value] of [
      ['name', 'half_plus_two'],
      ['version', '123'],
      ['inference_count', 5],
      ['execution_count', 3],
      ['inference_stats.success.count', 3],
      ['inference_stats.queue.count', 3],
      ['inference_stats.compute_input.count', 3],
      ['inference_stats.compute_output.count', 3],
      ['batch_stats[0].compute_input.count', 2],
      ['batch_stats[0].batch_size', 2],
      ['batch_stats[0].compute_infer.count', 2],
      ['batch_stats[1].batch_size', 1],
    ] as const) {
      expect(statistics).to.have.nested.property(`model_stats[0].${path}`, value);
    }
    const all: unknown = JSON.parse((await request(fresh.handle).get('/v2/models/stats')).text);
    expect(all).to.have.nested.property('model_stats.length', 5);
    expect(all).to.have.nested.property('model_stats[0].inference_stats.fail.count', 1);
    await fresh.stop();
  });
});
