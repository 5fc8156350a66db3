/** What the Open Inference Protocol answers over REST. */
import { gzipSync, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { fakeJpeg } from '../support/fake-engine.ts';
import { catLabels, InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

const pictures = '/v2/models/resnet-50';
const numbers = '/v2/models/half_plus_two';
const b64 = fakeJpeg(2).toString('base64');

function bodyOf({ text }: Response): Record<string, unknown> {
  const body: unknown = JSON.parse(text);
  return Object.fromEntries(Object.entries(body ?? {}));
}

const outputsOf = (answer: Response): unknown => bodyOf(answer)['outputs'];

describe('the Open Inference Protocol over REST', () => {
  let server: InferenceServerUnderTest;
  before(async () => {
    server = new InferenceServerUnderTest();
    await server.start();
  });
  after(() => server.stop());

  const infer = (path: string, body: object): request.Test =>
    request(server.handle).post(`${path}/infer`).send(body);
  const floats = (data: unknown, more: object = {}): object => ({
    inputs: [{ name: 'x', shape: [3], datatype: 'FP32', data, ...more }],
  });

  it('answers the exact JSON, with the id of the request', async () => {
    const answer = await infer(numbers, { id: 'a-1', ...floats([1, 2, 5]) }).expect(200);
    expect(answer.text).to.equal(
      '{"model_name":"half_plus_two","model_version":"123","id":"a-1","parameters":{},"outputs":[{"name":"y","shape":[3],"datatype":"FP32","data":[2.5,3.0,4.5]}]}',
    );
    expect(answer.headers['content-type']).to.match(/^application\/json/);
    expect(answer.headers['x-model']).to.equal('half_plus_two/123');
  });

  it('makes an id where there is none, and takes null for everything optional', async () => {
    const nulls = { id: null, parameters: null, outputs: null, inputs: [] };
    const { inputs } = floats([1, 2, 5], { parameters: null }) as { inputs: object[] };
    const answer = await infer(`${numbers}/versions/123`, { ...nulls, inputs }).expect(200);
    expect(bodyOf(answer)['id']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('takes nested data, and null for NaN both ways', async () => {
    const matrix = { name: 'pixels', shape: [2, 1, 2], datatype: 'UINT8' };
    const sent = { inputs: [{ ...matrix, data: [[[0, 255]], [[51, 102]]] }] };
    const flat = { inputs: [{ ...matrix, data: [0, 255, 51, 102] }] };
    const [nested, flattened] = [await infer(numbers, sent), await infer(numbers, flat)];
    expect(outputsOf(nested)).to.deep.equal(outputsOf(flattened));
    expect(outputsOf(nested)).to.deep.equal([
      { name: 'scores', shape: [2, 2], datatype: 'FP32', data: [0, 1, 0.2, 0.4] },
    ]);
    const answer = await infer(numbers, floats([1, null, 5])).expect(200);
    expect(outputsOf(answer)).to.have.deep.nested.property('[0].data', [2.5, null, 4.5]);
  });

  it('gives the outputs that are asked for, in that order, of the signature that the inputs mean', async () => {
    const side = (name: string): object => ({ name, shape: [2], datatype: 'INT64', data: [1, 4] });
    const body = { inputs: [side('b'), side('a')], outputs: [{ name: 'mean' }, { name: 'sum' }] };
    expect(outputsOf(await infer(numbers, body).expect(200))).to.deep.equal([
      { name: 'mean', shape: [2], datatype: 'FP32', data: [1, 4] },
      { name: 'sum', shape: [2], datatype: 'INT64', data: [2, 8] },
    ]);
  });

  it('answers tensors to whoever calls a picture as the model does', async () => {
    const body = {
      inputs: [{ name: 'image_bytes', shape: [2], datatype: 'BYTES', data: [b64, b64] }],
      outputs: [{ name: 'classes' }],
    };
    expect(outputsOf(await infer(pictures, body).expect(200))).to.deep.equal([
      { name: 'classes', shape: [2], datatype: 'INT64', data: [2, 2] },
    ]);
    const [input] = server.pictures.requests.at(-1)?.inputs.values() ?? [];
    expect(Buffer.compare(Buffer.from((input?.elements as Uint8Array[])[1] ?? []), fakeJpeg(2))).to.equal(0);
  });

  it('answers the curl line of the OSCAR example, with five labels and scores', async () => {
    const sent = `{
        "inputs": [
            {
            "name": "images",
            "shape": [0],
            "datatype": "BYTES",
            "data": "${b64}"
            }
        ]
    }`;
    const answer = await request(server.handle)
      .post(`${pictures}/infer`)
      .set('Content-Type', 'application/json')
      .send(sent)
      .expect(200);
    const body = bodyOf(answer);
    expect(Object.keys(body)).to.deep.equal(['model_name', 'model_version', 'id', 'parameters', 'outputs']);
    expect(body['parameters']).to.deep.equal({});
    const score = (index: number): string => String(Math.fround(2 ** -index / (2 - 2 ** -5)));
    const expected = [2, 3, 4, 5, 0].map(
      (label, index) => `{"label": ${JSON.stringify(catLabels[label])}, "score": ${score(index)}}`,
    );
    expect(body['outputs']).to.deep.equal([
      {
        name: 'output',
        shape: [1, 1],
        datatype: 'BYTES',
        parameters: { content_type: 'hg_jsonlist' },
        data: [`[${expected.join(', ')}]`.replace('\u00e9', '\\u00e9')],
      },
    ]);
  });

  for (const [title, body] of [
    [
      'several under another name',
      { inputs: [{ name: 'inputs', shape: [2], datatype: 'BYTES', data: [b64, b64] }] },
    ],
    [
      'under its own name with a content type',
      {
        parameters: { content_type: 'hg_jsonlist' },
        inputs: [{ name: 'image_bytes', shape: [2, 1], datatype: 'BYTES', data: [[b64], [b64]] }],
      },
    ],
    [
      'as pictures of Pillow',
      {
        inputs: [
          {
            name: 'image_bytes',
            shape: [2],
            datatype: 'BYTES',
            data: [b64, `data:image/jpeg;base64,${b64}`],
            parameters: { content_type: 'pillow_image' },
          },
        ],
        outputs: [{ name: 'output' }],
      },
    ],
  ] as const)
    it(`answers labels for pictures ${title}`, async () => {
      const answer = await infer(pictures, body).expect(200);
      expect(outputsOf(answer)).to.have.nested.property('[0].name', 'output');
      expect(outputsOf(answer)).to.have.deep.nested.property('[0].shape', [2, 1]);
    });

  it('answers the cassava example: an array in, the class of each row out', async () => {
    const rows = [0.3, 0.5].flatMap((first) => [first, ...Array<number>(11).fill(0)]);
    const payload = { name: 'payload', shape: [2, 2, 2, 3], datatype: 'FP32', data: rows };
    const body = { inputs: [{ ...payload, parameters: { content_type: 'np' } }], id: null, outputs: null };
    expect(outputsOf(await infer('/v2/models/cassava', body).expect(200))).to.deep.equal([
      {
        name: 'output-0',
        shape: [2, 1],
        datatype: 'INT64',
        parameters: { content_type: 'np' },
        data: [3, 5],
      },
    ]);
    const own = { inputs: [{ ...payload, name: 'input_1' }] };
    expect(outputsOf(await infer('/v2/models/cassava', own).expect(200))).to.have.deep.nested.property(
      '[0].shape',
      [2, 6],
    );
  });

  it('takes a picture for a model of tensors', async () => {
    const body = {
      inputs: [{ name: 'images', shape: [1], datatype: 'BYTES', data: [fakeJpeg(4).toString('base64')] }],
    };
    expect(outputsOf(await infer('/v2/models/cassava', body).expect(200))).to.have.deep.nested.property(
      '[0].data',
      [0, 0, 0, 0, 1, 0],
    );
  });

  it('answers classes as score, index and label', async () => {
    const body = {
      inputs: [{ name: 'image_bytes', shape: [1], datatype: 'BYTES', data: [b64] }],
      outputs: [{ name: 'probabilities', parameters: { classification: 2 } }],
    };
    expect(outputsOf(await infer(pictures, body).expect(200))).to.deep.equal([
      {
        name: 'probabilities',
        shape: [1, 2],
        datatype: 'BYTES',
        data: ['0.507937:2:Siam\u00e9s', '0.253968:3:lynx'],
      },
    ]);
  });

  it('unpacks compressed bodies', async () => {
    for (const [encoding, packed] of [
      ['gzip', gzipSync(JSON.stringify(floats([1, 2, 5])))],
      ['deflate', deflateSync(JSON.stringify(floats([1, 2, 5])))],
    ] as const) {
      const answer = await request(server.handle)
        .post(`${numbers}/infer`)
        .set('Content-Type', 'application/json')
        .set('Content-Encoding', encoding)
        .serialize((body: unknown) => body as string)
        .send(packed)
        .expect(200);
      expect(outputsOf(answer)).to.have.deep.nested.property('[0].data', [2.5, 3, 4.5]);
    }
  });
});
