/** Every way in which a backend over gRPC can fail becomes one error of the table. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import http from 'node:http';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ErrorKind } from '../../../../../gateway/domain/errors.ts';
import {
  madeUpJpeg,
  refusalOf,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rowOf } from '../../../../support/serving-model.ts';

const picture = madeUpJpeg('a picture');
const secret = 'words of the backend';

const kinds: readonly (readonly [status, ErrorKind])[] = [
  [status.CANCELLED, 'backend-unavailable'],
  [status.UNKNOWN, 'backend-failed'],
  [status.INVALID_ARGUMENT, 'unsupported-image'],
  [status.DEADLINE_EXCEEDED, 'deadline-exceeded'],
  [status.NOT_FOUND, 'model-not-ready'],
  [status.ALREADY_EXISTS, 'backend-failed'],
  [status.PERMISSION_DENIED, 'backend-failed'],
  [status.RESOURCE_EXHAUSTED, 'overloaded'],
  [status.FAILED_PRECONDITION, 'backend-failed'],
  [status.ABORTED, 'backend-failed'],
  [status.OUT_OF_RANGE, 'unsupported-image'],
  [status.UNIMPLEMENTED, 'backend-failed'],
  [status.INTERNAL, 'backend-failed'],
  [status.UNAVAILABLE, 'backend-unavailable'],
  [status.DATA_LOSS, 'backend-failed'],
  [status.UNAUTHENTICATED, 'backend-failed'],
];

const shapeOf = (...sizes: readonly number[]): object => ({ dim: sizes.map((size) => ({ size })) });
const classes = { dtype: 9, tensor_shape: shapeOf(1), int64_val: ['0'] };
const scores = { dtype: 1, tensor_shape: shapeOf(1, 6), float_val: [1, 0, 0, 0, 0, 0] };

const answers: readonly (readonly [string, object])[] = [
  ['no outputs', {}],
  ['one output of two', { outputs: { scores } }],
  ['too many rows', { outputs: { classes, scores: { ...scores, tensor_shape: shapeOf(2, 6) } } }],
  ['another rank', { outputs: { classes, scores: { ...scores, tensor_shape: shapeOf(6) } } }],
  ['another datatype', { outputs: { classes, scores: { ...scores, dtype: 2, double_val: [1] } } }],
  ['a datatype nobody knows', { outputs: { classes, scores: { ...scores, dtype: 8 } } }],
  ['a negative size', { outputs: { classes, scores: { ...scores, tensor_shape: shapeOf(-1, 6) } } }],
  [
    'a size beyond memory',
    { outputs: { classes, scores: { ...scores, tensor_shape: shapeOf(2 ** 40, 6) } } },
  ],
  [
    'content of another length',
    { outputs: { classes, scores: { ...scores, float_val: [], tensor_content: Buffer.alloc(7) } } },
  ],
  [
    'more bytes than are read',
    {
      outputs: { classes, scores: { ...scores, float_val: [], tensor_content: Buffer.alloc(65 * 2 ** 20) } },
    },
  ],
];

describe('a backend over gRPC', () => {
  let serving: ServingEngine;
  let model: LoadedModel;
  beforeEach(async () => {
    serving = await servingEngine({ protocol: 'grpc' });
    model = await serving.load();
  });
  afterEach(() => serving.stop());

  for (const [code, kind] of kinds) {
    it(`that ends with ${status[code]} gives ${kind}`, async () => {
      serving.backend.state.misbehaveGrpc = (answer) => {
        answer({ code, details: secret });
      };
      const refusal = await refusalOf(() => scoresOf(model, picture));
      expect(refusal.kind).to.equal(kind);
      expect(refusal.message).not.to.include(secret);
      expect(refusal.cause).to.be.instanceOf(Error).with.property('message').that.includes(secret);
    });
  }

  it('that ends with a number which is no status of gRPC has failed', async () => {
    const error = { code: status.UNKNOWN, details: secret };
    Reflect.set(error, 'code', 77);
    serving.backend.state.misbehaveGrpc = (answer) => {
      answer(error);
    };
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-failed');
  });

  for (const [title, message] of answers) {
    it(`that answers with ${title} has failed, and is asked again`, async () => {
      const { state } = serving.backend;
      state.misbehaveGrpc = (answer) => {
        answer(null, message);
      };
      expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-failed');
      state.misbehaveGrpc = undefined;
      expect(await scoresOf(model, picture)).to.deep.equal(rowOf(picture).scores);
    });
  }

  it('may answer with numbers that are none', async () => {
    serving.backend.state.misbehaveGrpc = (answer) => {
      answer(null, { outputs: { classes, scores: { ...scores, float_val: [NaN, Infinity, 1, 2, 3, 4] } } });
    };
    expect(await scoresOf(model, picture)).to.deep.equal([NaN, Infinity, 1, 2, 3, 4]);
  });

  it('that dies within a request gives backend-unavailable', async () => {
    const { state } = serving.backend;
    const release = state.hold();
    const questions = state.received.length;
    const refused = refusalOf(() => scoresOf(model, picture));
    await state.until(() => state.received.length > questions);
    await serving.backend.kill();
    expect((await refused).kind).to.equal('backend-unavailable');
    release();
  });

  it('that nobody listens for gives backend-unavailable', async () => {
    await serving.backend.kill();
    expect((await refusalOf(() => scoresOf(model, picture))).kind).to.equal('backend-unavailable');
  });

  it('that only speaks HTTP/1 cannot be loaded from', async () => {
    const web = http.createServer((_, response) => response.end(`<html>${secret}</html>`));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const stranger = await servingEngine({ protocol: 'grpc', addresses: [{ host: '127.0.0.1', port }] });
    const refusal = await refusalOf(() => stranger.load());
    await stranger.stop();
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
    expect(refusal.kind).to.equal('backend-unavailable');
    expect(refusal.cause).to.have.property('message').that.includes('an answer in HTTP/1');
  });
});
