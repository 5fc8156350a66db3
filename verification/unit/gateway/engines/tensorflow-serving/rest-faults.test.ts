/** Every way in which a backend over REST can fail becomes one error of the table, and the next request is answered. */
import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ErrorKind } from '../../../../../gateway/domain/errors.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  untilReady,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rowOf } from '../../../../support/serving-model.ts';

const picture = madeUpJpeg('a picture');
const secret = 'words of the backend';
const html = `<html><body>${secret}</body></html>`;
const goodRow = { classes: 0, scores: [1, 0, 0, 0, 0, 0] };

function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
}

const predicting = (...predictions: readonly unknown[]) => answering(200, JSON.stringify({ predictions }));
const error = (status: number) => answering(status, JSON.stringify({ error: secret }, null, 4));

const faults: readonly (readonly [string, ErrorKind, (response: ServerResponse) => void])[] = [
  ['a reset before the answer', 'backend-unavailable', (response) => response.socket?.resetAndDestroy()],
  ['a connection that ends before the answer', 'backend-unavailable', (response) => response.socket?.end()],
  [
    'a reset within the answer',
    'backend-failed',
    (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"predictions": [', () => response.socket?.resetAndDestroy());
    },
  ],
  [
    'an answer shorter than announced',
    'backend-failed',
    (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('{"predictions": []}', () => response.socket?.end());
    },
  ],
  [
    'an answer of a gigabyte',
    'backend-failed',
    (response) => {
      response.writeHead(200, { 'Content-Length': '1000000000' });
      response.write('{"predictions": [');
    },
  ],
  ['what is not HTTP', 'backend-failed', (response) => response.socket?.end(`${secret}\r\n\r\n`)],
  ['HTML with status 200', 'backend-failed', answering(200, html)],
  ['HTML with status 404', 'backend-failed', answering(404, html)],
  ['HTML with status 400', 'backend-failed', answering(400, html)],
  ['HTML with status 502', 'backend-failed', answering(502, html)],
  ['a redirection', 'backend-failed', answering(302, '', { Location: '/elsewhere' })],
  ['an empty body', 'backend-failed', answering(200, '')],
  ['JSON that breaks off', 'backend-failed', answering(200, '{"predictions": [{"classes": 1, "sco')],
  ['JSON of another kind', 'backend-failed', answering(200, '["predictions"]')],
  ['no rows', 'backend-failed', predicting()],
  ['more rows than pictures', 'backend-failed', predicting(goodRow, goodRow)],
  ['scores that are texts', 'backend-failed', predicting({ classes: 0, scores: Array(6).fill(secret) })],
  ['fewer scores than declared', 'backend-failed', predicting({ classes: 0, scores: [1, 0] })],
  ['an answer without an output', 'backend-failed', predicting({ scores: goodRow.scores })],
  ['status 400', 'unsupported-image', error(400)],
  ['status 401', 'backend-failed', error(401)],
  ['status 404', 'model-not-ready', error(404)],
  ['status 413', 'too-large', error(413)],
  ['HTML with status 413', 'too-large', answering(413, html)],
  ['status 429', 'overloaded', error(429)],
  ['status 499', 'backend-unavailable', error(499)],
  ['status 500', 'backend-failed', error(500)],
  ['status 501', 'backend-failed', error(501)],
  ['status 503', 'backend-unavailable', error(503)],
  ['status 504', 'deadline-exceeded', error(504)],
];

const retryingHelps = new Set<ErrorKind>(['backend-unavailable', 'model-not-ready', 'overloaded']);

describe('a backend over REST', () => {
  let serving: ServingEngine;
  let model: LoadedModel;
  beforeEach(async () => {
    serving = await servingEngine({ protocol: 'rest' });
    model = await serving.load();
  });
  afterEach(() => serving.stop());

  for (const [title, kind, misbehave] of faults) {
    it(`that gives ${title} gives ${kind}, and an answer the next time`, async () => {
      const { state } = serving.backend;
      state.misbehave = misbehave;
      const refusal = await refusalOf(() => scoresOf(model, picture));
      expect(refusal.kind).to.equal(kind);
      expect(refusal.message).not.to.include(secret);
      expect(refusal.retryAfterSeconds).to.equal(retryingHelps.has(kind) ? 1 : undefined);
      state.misbehave = undefined;
      if (kind !== 'model-not-ready')
        expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
    });
  }

  it('that nobody listens for gives backend-unavailable', async () => {
    await serving.backend.kill();
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-unavailable');
  });

  it('that does not serve the version any more answers again once it does', async () => {
    const { state } = serving.backend;
    state.versions = [{ version: 3, state: 'LOADING' }];
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('model-not-ready');
    expect(model.readiness()).to.include({ ready: false, retryAfterSeconds: 1 });
    const questions = state.received.length;
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('model-not-ready');
    expect(state.received, 'asked in vain').to.have.length(questions);
    const asked = state.statusQuestions;
    await state.until(() => state.statusQuestions > asked);
    expect(model.readiness().ready).to.equal(false);
    state.versions = [{ version: 3, state: 'AVAILABLE' }];
    await untilReady(model);
    expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
  });

  it('keeps its own words for the log', async () => {
    serving.backend.state.misbehave = error(500);
    const refusal = await refusalOf(() => scoresOf(model, picture));
    expect(refusal.cause).to.be.instanceOf(Error).with.property('message').that.includes(secret);
  });

  it('cannot be loaded from at its port for gRPC, and says so for the log', async () => {
    const other = await servingEngine({ protocol: 'grpc' });
    const stranger = await servingEngine({ protocol: 'rest', addresses: [other.backend.address] });
    const refusal = await refusalOf(() => stranger.load());
    await Promise.all([stranger.stop(), other.stop()]);
    expect(refusal.kind).to.equal('backend-failed');
    expect(refusal.cause).to.have.property('message').that.includes('the port is one for gRPC');
  });

  it('may answer with numbers that are none', async () => {
    const text = '{"predictions": [{"classes": 0, "scores": [NaN, Infinity, -Infinity, 1.0, 2, 3e-2]}]}';
    serving.backend.state.misbehave = answering(200, text);
    const scores = await scoresOf(model, picture);
    expect(scores.slice(0, 5)).to.deep.equal([NaN, Infinity, -Infinity, 1, 2]);
  });

  it('blames the tensors when it refuses tensors', async () => {
    serving.backend.state.misbehave = error(400);
    const images = { datatype: 'float32', shape: [1, 2, 2, 3], elements: new Float32Array(12) } as const;
    const request = { signature: 'tensors', inputs: new Map([['images', images]]) };
    const refusal = await refusalOf(() => model.infer(request, { signal: new AbortController().signal }));
    expect(refusal.kind).to.equal('invalid-input');
  });
});
