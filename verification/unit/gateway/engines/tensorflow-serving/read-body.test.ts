/** The body of an answer, up to a limit and no further. */
import { expect } from 'chai';
import { once } from 'node:events';
import http from 'node:http';
import { readBody } from '../../../../../gateway/engines/tensorflow-serving/read-body.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

async function answerOf(
  respond: http.RequestListener,
): Promise<{ answer: http.IncomingMessage; stop: () => void }> {
  const server = http.createServer(respond);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const answers: unknown[] = await once(http.get({ host: '127.0.0.1', port }), 'response');
  const [answer] = answers;
  if (!(answer instanceof http.IncomingMessage)) throw new Error('no answer');
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { answer, stop };
}

describe('reading a body', () => {
  it('gives every byte of a body in pieces, up to the limit', async () => {
    const { answer, stop } = await answerOf((_, response) => {
      response.write('a'.repeat(600));
      setImmediate(() => response.end('b'.repeat(400)));
    });
    expect((await readBody(answer, 1000)).toString()).to.equal('a'.repeat(600) + 'b'.repeat(400));
    stop();
  });

  it('waits for nothing more of a whole answer, whose closing would be a fault made in vain', async () => {
    const { answer, stop } = await answerOf((_, response) => response.end('whole'));
    const before = answer.listenerCount('close');
    const reading = readBody(answer, 1000);
    let atEnd: number | undefined;
    answer.once('end', () => {
      atEnd = answer.listenerCount('close');
    });
    await reading;
    expect(atEnd).to.equal(before);
    stop();
  });

  it('stops at the limit of a body that does not say how long it is', async () => {
    const left = new AbortController();
    const { answer, stop } = await answerOf((_, response) => {
      response.once('close', () => {
        left.abort();
      });
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    });
    const error = await thrownBy(() => readBody(answer, 100_000));
    expect(error).to.have.property('reason', 'failed');
    while (!left.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
    stop();
  });

  it('reads nothing of a body that says it is too long', async () => {
    const { answer, stop } = await answerOf((_, response) => {
      response.writeHead(200, { 'Content-Length': '1001' }).write('x');
    });
    expect(await thrownBy(() => readBody(answer, 1000))).to.have.property('reason', 'failed');
    expect(answer.destroyed).to.equal(true);
    stop();
  });

  it('takes no part of a body for the whole', async () => {
    const { answer, stop } = await answerOf((_, response) => {
      response.write('half', () => response.socket?.resetAndDestroy());
    });
    const error = await thrownBy(() => readBody(answer, 1000));
    expect(error).to.include({ reason: 'failed', isConnectionFailure: true });
    stop();
  });
});
