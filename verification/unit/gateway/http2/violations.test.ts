/** Backends that do not keep to HTTP/2: their calls fail, and the next ones go over a new connection. */
import { expect } from 'chai';
import { Deadline } from '../../../../gateway/deadline.ts';
import { Http2Connection } from '../../../../gateway/engines/tensorflow-serving/http2-connection.ts';
import { UnaryCalls } from '../../../../gateway/engines/tensorflow-serving/unary-calls.ts';
import { faultOf, framed } from '../../../support/raw-grpc-backend.ts';
import { frame, okHeaders, okTrailers, settings, Type, word } from '../../../support/http2-frames.ts';
import { violations } from '../../../support/http2-violations.ts';
import {
  isLast,
  rawHttp2Backend,
  type RawHttp2Backend,
  type RawPeer,
} from '../../../support/raw-http2-backend.ts';

const message = [Buffer.from('question')];

function answer(peer: RawPeer, stream: number): void {
  peer.send(
    okHeaders(stream),
    frame(Type.data, 0, stream, framed(Buffer.from('answer'))),
    okTrailers(stream),
  );
}

describe('a backend that does not keep to HTTP/2', () => {
  let backend: RawHttp2Backend;
  let connection: Http2Connection;
  /** Over the first connection this comes for the first question, over every other one an answer. */
  async function start(
    misbehave: (peer: RawPeer, stream: number) => void,
    greeting = settings(),
  ): Promise<void> {
    backend = await rawHttp2Backend({
      greeting,
      onFrame: (one, peer) => {
        if (isLast(one)) (peer === backend.peers[0] ? misbehave : answer)(peer, one.stream);
      },
    });
    connection = new Http2Connection({ address: backend.address, connectMilliseconds: 5000 });
  }
  async function ask(): Promise<string> {
    const deadline = new Deadline(9000);
    try {
      const question = { path: '/some.Service/Method', message };
      return await new UnaryCalls(connection).ask(question, deadline, String);
    } finally {
      deadline.release();
    }
  }
  afterEach(() => {
    connection.close();
    backend.stop();
  });

  for (const [title, bytes, code] of violations) {
    it(`but sends ${title} hears error ${code}, and is asked anew`, async () => {
      await start((peer) => {
        peer.send(bytes);
      });
      expect((await faultOf(ask)).reason).to.equal('unavailable');
      const [peer] = backend.peers;
      expect((await peer?.next(Type.goodbye))?.payload).to.deep.equal(word(0, code));
      expect(await ask()).to.equal('answer');
    });
  }

  for (const [title, greeting] of [
    ['a ping', frame(Type.ping, 0, 0, word(1, 2))],
    ['data', frame(Type.data, 0, 1, Buffer.of(1))],
    ['room', frame(Type.window, 0, 0, word(1))],
    ['words of HTTP/1', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ] as const) {
    it(`but begins with ${title} cannot be asked`, async () => {
      await start(answer, greeting);
      expect((await faultOf(ask)).reason).to.equal('unavailable');
    });
  }

  it('but says goodbye as it begins may be asked again at once', async () => {
    await start(answer, Buffer.concat([settings(), frame(Type.goodbye, 0, 0, word(0, 0))]));
    const fault = await faultOf(ask);
    expect([fault.reason, fault.isWorthRepeating]).to.deep.equal(['unavailable', true]);
  });

  for (const [title, question] of [
    ['pings', frame(Type.ping, 0, 0, word(1, 2))],
    ['settings', settings()],
  ] as const) {
    it(`but sends ${title} for ever and reads no answer is left`, async () => {
      const flood = Buffer.concat(Array<Buffer>(10_000).fill(question));
      await start(({ socket }) => {
        socket.pause();
        const pour = (error?: Error | null): void => {
          if (error === undefined || error === null) socket.write(flood, pour);
        };
        pour();
      });
      expect((await faultOf(ask)).reason).to.equal('unavailable');
      expect(await ask()).to.equal('answer');
    });
  }

  for (const [title, frames] of [
    ['data before any headers', (stream: number) => [frame(Type.data, 0, stream, Buffer.from('early'))]],
    ['its end before any headers', (stream: number) => [frame(Type.data, 1, stream)]],
    ['headers in the middle', (stream: number) => [okHeaders(stream), okHeaders(stream)]],
  ] as const) {
    it(`but answers with ${title} loses this call, not the others`, async () => {
      await start((peer, stream) => {
        if (stream === 1) peer.send(...frames(stream));
        else answer(peer, stream);
      });
      expect((await faultOf(ask)).reason).to.equal('failed');
      expect(await ask()).to.equal('answer');
      const [peer] = backend.peers;
      expect(peer?.of(Type.reset)).to.have.length(1);
      expect(peer?.of(Type.reset, 1)[0]?.payload).to.deep.equal(word(1));
    });
  }
});
