/** The gRPC server as a real client meets it: answers, and faults that leave the connection whole. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import type { CallerSignal } from '../../../../../gateway/domain/caller-signal.ts';
import { errorKinds, ServingError } from '../../../../../gateway/domain/errors.ts';
import { statusTable } from '../../../../../gateway/transports/grpc/status-table.ts';
import { EchoServer, echoPath, type Answer } from '../../../../support/echo-server.ts';
import { byteMethod } from '../../../../support/grpc-caller.ts';

describe('the gRPC server', () => {
  let echo: EchoServer;
  beforeEach(async () => {
    echo = new EchoServer();
    await echo.start();
  });
  afterEach(() => echo.stop());

  it('answers, names the request and who answered it, and writes one line', async () => {
    echo.answer = async (request, { noteModel }) => {
      noteModel('m/1');
      return request;
    };
    const { code, response, trailers } = await echo.say('hello', { metadata: { 'x-request-id': 'abc-1' } });
    expect(code).to.equal(status.OK);
    expect(response?.toString()).to.equal('hello');
    expect(trailers.get('x-request-id')).to.deep.equal(['abc-1']);
    expect(trailers.get('x-model')).to.deep.equal(['m/1']);
    expect(echo.logged).to.have.length(1);
    const fields = { requestId: 'abc-1', path: echoPath, status: 'OK', model: 'm/1' };
    expect(echo.logged[0]?.fields).to.include(fields);
  });

  it('makes a request id where none that may be logged was sent', async () => {
    for (const sent of [undefined, 'a b', 'x'.repeat(200)]) {
      const options = sent === undefined ? {} : { metadata: { 'x-request-id': sent } };
      const { trailers } = await echo.say('hello', options);
      expect(trailers.get('x-request-id')[0]).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  for (const kind of errorKinds) {
    it(`says ${kind} as ${status[statusTable[kind]]} with the public sentence, and goes on`, async () => {
      const options = { cause: new Error('/secret/place'), retryAfterSeconds: 7 };
      echo.answer = () => Promise.reject(new ServingError(kind, 'What is wrong, “so”.', options));
      const { code, details, trailers, response } = await echo.say('hello');
      expect(code).to.equal(statusTable[kind]);
      expect(details).to.equal('What is wrong, “so”.');
      expect(response).to.equal(undefined);
      expect(trailers.get('retry-after')).to.deep.equal(['7']);
      expect(JSON.stringify(trailers.toJSON())).not.to.include('secret');
      await echo.expectHealthy();
    });
  }

  it('tells of an unexpected error only where the log says more', async () => {
    echo.answer = () => Promise.reject(new TypeError('/secret/place is undefined'));
    const { code, details, trailers } = await echo.say('hello');
    const [requestId] = trailers.get('x-request-id');
    expect(code).to.equal(status.INTERNAL);
    expect(details).to.equal(
      `Something failed inside the server. Its log says what, under request id ${String(requestId)}.`,
    );
    const line = echo.logged.find(({ level }) => level === 'error');
    expect(line?.fields).to.include({ requestId, kind: 'internal' });
    expect(line?.fields['error']).to.be.an.instanceOf(TypeError);
    await echo.expectHealthy();
  });

  it('refuses bytes that are no message of the type', async () => {
    const { code, details } = await echo.say('broken');
    expect(code).to.equal(status.INVALID_ARGUMENT);
    expect(details).to.match(/no valid protocol buffer/);
    await echo.expectHealthy();
  });

  it('survives a sentence that no header can hold', async () => {
    const sentence = `half \ud800 and\nlong ${'x'.repeat(10_000)}`;
    echo.answer = () => Promise.reject(new ServingError('invalid-input', sentence));
    const { code, details } = await echo.say('hello');
    expect(code).to.equal(status.INVALID_ARGUMENT);
    expect(details).to.match(/^half \? and\nlong x+$/);
    expect(details.length).to.be.at.most(2000);
    await echo.expectHealthy();
  });

  it('refuses a message beyond the limit', async () => {
    expect((await echo.say(Buffer.alloc(1001))).code).to.equal(status.RESOURCE_EXHAUSTED);
    expect((await echo.say(Buffer.alloc(1000))).code).to.equal(status.OK);
    await echo.expectHealthy();
  });

  it('does not know other methods', async () => {
    const { code } = await echo.caller.call(byteMethod('/test.Echo/Other'), Buffer.alloc(1));
    expect(code).to.equal(status.UNIMPLEMENTED);
    await echo.expectHealthy();
  });

  /** Rejects as an engine does once the signal is aborted. */
  function untilAborted(begun: () => void = () => undefined): { answer: Answer; aborted: Promise<void> } {
    let notice = (): void => undefined;
    const aborted = new Promise<void>((resolve) => (notice = resolve));
    const answer: Answer = (_request, { signal }) => {
      begun();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          notice();
          reject(new ServingError('cancelled', 'gone'));
        });
      });
    };
    return { answer, aborted };
  }

  it('tells the work when the deadline of its client has passed', async () => {
    const { answer, aborted } = untilAborted();
    echo.answer = answer;
    const { code } = await echo.say('hello', { deadline: 50 });
    expect(code).to.equal(status.DEADLINE_EXCEEDED);
    await aborted;
    await echo.expectHealthy();
  });

  it('does not tell work that has been answered of a departure', async () => {
    const signals: CallerSignal[] = [];
    echo.answer = (request, { signal }) => {
      signals.push(signal);
      return Promise.resolve(request);
    };
    for (const word of ['hello', 'again', 'and again']) {
      expect((await echo.say(word)).code).to.equal(status.OK);
    }
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false, false, false]);
  });

  it('tells the work when its client has cancelled', async () => {
    let cancel = (): void => undefined;
    const { answer, aborted } = untilAborted(() => {
      cancel();
    });
    echo.answer = answer;
    const { code } = await echo.say('hello', {
      started: (call) => {
        cancel = () => {
          call.cancel();
        };
      },
    });
    expect(code).to.equal(status.CANCELLED);
    await aborted;
    await echo.expectHealthy();
    const lines = echo.logged.map(({ level, fields }) => [level, fields['status']]);
    expect(lines).to.deep.equal([
      ['info', 'CANCELLED'],
      ['info', 'OK'],
    ]);
  });
});
