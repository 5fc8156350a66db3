/** Every status in the OpenAPI document can be had, and what comes with it is as the document says. */
import { expect } from 'chai';
import { ServingError, type ErrorKind } from '../../gateway/domain/errors.ts';
import { examplePicture } from '../../gateway/wire/openapi/example-picture.ts';
import {
  documentedModel,
  startDocumentedServer,
  type DocumentedServer,
} from '../support/documented-server.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { at, OpenApiReader, type DocumentedOperation } from '../support/openapi-reader.ts';

interface Sent {
  /** In the place of what a path names otherwise. */
  readonly values?: Readonly<Record<string, string>>;
  readonly body?: RequestInit['body'];
  readonly headers?: Readonly<Record<string, string>>;
}

const key = 'a-key';
const authorized = { 'X-API-Key': key };
const picture = Buffer.from(examplePicture, 'base64');

const usualValues: Readonly<Record<string, string>> = {
  model: documentedModel,
  version: '1',
  label: 'stable',
  repository: 'any',
  region: 'input',
};
const files: Readonly<Record<string, string>> = {
  docsAsset: 'start.js',
  proto: 'tensorflow_serving/apis/predict.proto',
};

/** What the engine says when a request comes with a wish for one of these. */
const faults = new Map<number, ErrorKind>([
  [429, 'overloaded'],
  [500, 'model-failed'],
  [502, 'backend-failed'],
  [503, 'backend-unavailable'],
  [504, 'deadline-exceeded'],
]);

describe('the OpenAPI document, held against the whole server', function () {
  this.timeout(30_000);
  /** One class, so that its score is one number and the model can also be asked for a regression. */
  const engine = new FakeEngine({ classCount: 1, scores: () => [1] });
  let running: DocumentedServer;
  /** Its model was there and has gone, as happens where another server holds it. */
  let bereft: DocumentedServer;
  /** Lets requests load and unload its model. */
  let controlled: DocumentedServer;
  let loadFault: Error | undefined;
  let reader: OpenApiReader;

  before(async () => {
    running = await startDocumentedServer({ environment: { API_KEY: key }, engine, hasLabel: true });
    bereft = await startDocumentedServer({ engine: new FakeEngine() });
    const { registry } = bereft.server.models;
    await registry.drop(documentedModel, 1);
    registry.explain(documentedModel, { kind: 'model-not-found', reason: 'It is not there.' });
    controlled = await startDocumentedServer({
      environment: { MODEL_CONTROL: 'explicit' },
      engine: new FakeEngine({ loadFault: () => loadFault }),
    });
    reader = await OpenApiReader.from(`${running.url}/openapi.json`);
  });
  after(() => Promise.all([running, bereft, controlled].map(({ server }) => server.close())));

  async function send(operation: DocumentedOperation, sent: Sent = {}, url = running.url): Promise<Response> {
    const values: Readonly<Record<string, string>> = {
      ...usualValues,
      file: files[operation.id] ?? '',
      ...sent.values,
    };
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    return fetch(url + path, {
      method: operation.method,
      headers: { ...authorized, ...sent.headers },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    });
  }

  const jsonExamples = ({ bodies }: DocumentedOperation) => bodies.get('application/json') ?? [];

  /** A body that is answered, as soon as the model can. */
  function soundBody(operation: DocumentedOperation): Sent {
    if (operation.bodies.size === 0) return {};
    if (operation.id.startsWith('servingRegress')) {
      return jsonBody({ examples: [{ 'image/encoded': { b64: examplePicture } }] });
    }
    const example = jsonExamples(operation).find(({ status }) => status === 200);
    expect(example, operation.id).not.to.equal(undefined);
    return jsonBody(example?.value);
  }

  function faultyRequest(operation: DocumentedOperation): Sent {
    const example = jsonExamples(operation).find(({ status }) => status === 400);
    if (example !== undefined) return jsonBody(example.value);
    const names = operation.parameters.map(({ name }) => name);
    if (names.includes('label')) return { values: { label: 'unknown' } };
    if (names.includes('version')) return { values: { version: '99999999999999999999' } };
    return { values: { model: '%ff' } };
  }

  async function control(operation: DocumentedOperation, status: number): Promise<Response> {
    loadFault = status === 503 ? new Error('it cannot be read') : undefined;
    const values = { model: status === 404 ? 'absent' : documentedModel };
    return send(operation, { values }, controlled.url);
  }

  async function provoke(operation: DocumentedOperation, status: number): Promise<Response> {
    if (/\/(un)?load$/.test(operation.path) && status !== 405) return control(operation, status);
    const isInference = operation.statuses.includes(504) && faults.has(status);
    switch (status) {
      case 200:
        return send(operation, soundBody(operation));
      case 400:
        return send(operation, faultyRequest(operation));
      case 401:
        return send(operation, { ...soundBody(operation), headers: { 'X-API-Key': 'another' } });
      case 404:
        if (/^\/(predict|v2\/models\/infer$)/.test(operation.path))
          return send(operation, soundBody(operation), bereft.url);
        return send(operation, {
          ...soundBody(operation),
          values: { model: 'absent', version: '1', file: 'absent', repository: 'models' },
        });
      case 405:
        return send(operation);
      case 413:
        return send(operation, jsonBody({ image: 'A'.repeat(1_000_000) }));
      case 415:
        return send(operation, {
          body: picture,
          headers: { 'Content-Type': 'text/plain', 'Content-Encoding': 'unknown' },
        });
      default:
        return isInference ? withFault(operation, status) : withoutReadiness(operation);
    }
  }

  async function withFault(operation: DocumentedOperation, status: number): Promise<Response> {
    engine.nextFault = new ServingError(faults.get(status) ?? 'internal', 'This is what the engine says.');
    return send(operation, soundBody(operation));
  }

  async function withoutReadiness(operation: DocumentedOperation): Promise<Response> {
    engine.readiness = { ready: false, reason: 'nobody is at home' };
    try {
      return await send(operation);
    } finally {
      engine.readiness = { ready: true };
    }
  }

  it('says every status that it can answer with, and nothing else in their bodies', async () => {
    const wrong: string[] = [];
    let count = 0;
    for (const operation of reader.operations) {
      for (const status of operation.statuses) {
        count += 1;
        const answer = await provoke(operation, status);
        const fault =
          answer.status === status
            ? await reader.faultOf(operation, answer)
            : `${answer.status}: ${await answer.text()}`;
        if (fault !== undefined) wrong.push(`${operation.id} ${status}: ${fault}`);
      }
    }
    expect(wrong).to.deep.equal([]);
    expect(count).to.be.above(200);
  });

  it('asks for the key on the paths that need it, and only where one is set', async () => {
    const guarded = reader.operations.filter(({ statuses }) => statuses.includes(401));
    expect(guarded.map(({ path }) => path)).to.deep.equal(['/predict', '/predict/top']);
    expect(at(reader.document, 'components', 'securitySchemes')).to.have.keys('bearer', 'apiKey');
  });
});

describe('the examples in the OpenAPI document, asked of a real model', function () {
  this.timeout(60_000);
  let running: DocumentedServer;
  let reader: OpenApiReader;

  before(async () => {
    running = await startDocumentedServer();
    reader = await OpenApiReader.from(`${running.url}/openapi.json`);
  });
  after(() => running.server.close());

  it('are answered with the status that they say', async () => {
    let count = 0;
    for (const operation of reader.operations) {
      // Labels are given to versions by the configuration of TensorFlow Serving's API alone.
      if (operation.path.includes('{label}')) continue;
      const path = operation.path
        .replace('{model}', 'resnet')
        .replace('{version}', '1')
        .replace('{repository}', 'any')
        .replace('{region}', 'input');
      for (const { name, value, status } of operation.bodies.get('application/json') ?? []) {
        count += 1;
        const { body, headers } = jsonBody(value);
        const answer = await fetch(running.url + path, { method: 'POST', body, headers });
        const title = `${operation.id} ${name}`;
        expect(answer.status, `${title}: ${await answer.clone().text()}`).to.equal(status);
        expect(await reader.faultOf(operation, answer), title).to.equal(undefined);
      }
    }
    expect(count).to.be.above(20);
  });

  it('are pictures as a form and as a body, too', async () => {
    for (const operation of reader.operations.filter(({ bodies }) => bodies.has('multipart/form-data'))) {
      const path = operation.path.replace('{model}', 'resnet').replace('{version}', '1');
      const form = new FormData();
      form.append('image', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'picture.jpg');
      const raw = { 'Content-Type': 'image/jpeg' };
      for (const sent of [{ body: form }, { body: picture, headers: raw }]) {
        const answer = await fetch(running.url + path, { method: 'POST', ...sent });
        expect(answer.status, operation.id).to.equal(200);
        expect(await reader.faultOf(operation, answer), operation.id).to.equal(undefined);
      }
    }
  });
});

function jsonBody(value: unknown): {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  return { body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } };
}
