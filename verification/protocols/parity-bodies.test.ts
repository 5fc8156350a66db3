/** Bodies that are broken in the same ways for every dialect of JSON: refused with a sentence, and the connection goes on. */
import { expect } from 'chai';
import {
  documentedModel,
  startDocumentedServer,
  type DocumentedServer,
} from '../support/documented-server.ts';
import { fakeJpeg, FakeEngine } from '../support/fake-engine.ts';
import { KeepAliveCaller, type KeptAnswer } from '../support/keep-alive-caller.ts';

interface JsonDialect {
  readonly path: string;
  /** A request with one picture, which may be base64 or anything else. */
  readonly body: (picture: unknown) => string;
}

const b64 = fakeJpeg(1).toString('base64');
const model = documentedModel;
const dialects: Readonly<Record<string, JsonDialect>> = {
  '/classify': { path: `/classify/${model}`, body: (image) => JSON.stringify({ image }) },
  '/predict': { path: '/predict', body: (image) => JSON.stringify({ image }) },
  'Open Inference': {
    path: `/v2/models/${model}/infer`,
    body: (data) =>
      JSON.stringify({ inputs: [{ name: 'image_bytes', shape: [1], datatype: 'BYTES', data: [data] }] }),
  },
  'TensorFlow Serving': {
    path: `/v1/models/${model}:predict`,
    body: (picture) => JSON.stringify({ instances: [{ b64: picture }] }),
  },
};

const depth = 250_000;
const deep = '['.repeat(depth / 2) + ']'.repeat(depth / 2);
/** From a good body to one that must be refused. */
const faults: Readonly<Record<string, (dialect: JsonDialect) => string>> = {
  'lists that are very deep': () => deep,
  'lists that are very deep where the picture should be': ({ body }) => body('?').replace('"?"', deep),
  'objects that are very deep and never end': () => '{"a":'.repeat(depth / 10),
  'JSON that is cut off': ({ body }) => body(b64).slice(0, -1),
  'JSON of another kind': () => '7',
  null: () => 'null',
  'an empty object': () => '{}',
  'no JSON at all': () => 'picture',
  'no body': () => '',
  'base64 that is none': ({ body }) => body('*not base64*'),
  'a number for the picture': ({ body }) => body(7),
  'base64 of what is no picture': ({ body }) => body(Buffer.from('no picture').toString('base64')),
};

describe('broken bodies in every dialect of JSON', function () {
  this.timeout(30_000);
  let running: DocumentedServer;
  let caller: KeepAliveCaller;

  before(async () => {
    running = await startDocumentedServer({
      engine: new FakeEngine(),
      environment: { MAX_UPLOAD_BYTES: '1000000' },
    });
    caller = new KeepAliveCaller(Number(new URL(running.url).port));
  });
  after(async () => {
    caller.close();
    await running.server.close();
  });

  const send = (path: string, body: string, type = 'application/json'): Promise<KeptAnswer> =>
    caller.send({ path, body, headers: { 'Content-Type': type } });

  async function expectRefusal(dialect: JsonDialect, answer: KeptAnswer, status: number): Promise<void> {
    expect(answer.status, answer.body.toString()).to.equal(status);
    const refused: unknown = JSON.parse(answer.body.toString());
    expect(refused).to.have.property('error').with.length.above(10);
    const next = await send(dialect.path, dialect.body(b64));
    expect(next.status, next.body.toString()).to.equal(200);
    expect(next.localPort).to.equal(answer.localPort);
  }

  for (const [name, dialect] of Object.entries(dialects)) {
    for (const [title, broken] of Object.entries(faults)) {
      it(`${name} refuses ${title}`, async () => {
        await expectRefusal(dialect, await send(dialect.path, broken(dialect)), 400);
      });
    }
  }

  for (const name of ['/classify', '/predict', 'Open Inference']) {
    it(`${name} refuses a type that it does not read`, async () => {
      const dialect = dialects[name];
      if (dialect === undefined) throw new Error(`there is no dialect ${name}`);
      await expectRefusal(dialect, await send(dialect.path, '<picture/>', 'text/xml'), 415);
    });
  }
});
