/** A backend that answers before it has read the request: what it reads later are still the bytes of that request. */
import { expect } from 'chai';
import { Deadline } from '../../../../../gateway/deadline.ts';
import { RestClient } from '../../../../../gateway/engines/tensorflow-serving/rest-client.ts';
import { rawBackend } from '../../../../support/raw-backend.ts';

const signature = {
  name: 'serving_default',
  inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
  outputs: [{ name: 'classes', datatype: 'int64', shape: [null] }],
} as const;

const answer = '{"predictions":[1]}';
const head = `HTTP/1.1 200 OK\r\nContent-Length: ${answer.length}\r\n\r\n`;
/** As JSON just below what is kept to be used again; the system takes two or three of them from the client in advance. */
const pictureBytes = 700_000;
const turns = 15;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a backend over REST that answers before it reads', () => {
  it('receives of every request its own bytes and no others', async function () {
    this.timeout(30_000);
    const backend = await rawBackend((socket) => socket.pause());
    const client = new RestClient(backend.address);
    for (let turn = 0; turn < turns; turn += 1) {
      const elements = [Buffer.alloc(pictureBytes, turn + 1)];
      const inputs = new Map([['image_bytes', { datatype: 'string', shape: [1], elements } as const]]);
      const time = new Deadline(20_000);
      const question = { name: 'model', version: 1, signature, inputs, outputs: ['classes'] };
      const asking = client.predict(question, time);
      await pause(30);
      backend.sockets.at(-1)?.write(head + answer);
      const classes = (await asking).get('classes');
      expect(classes?.elements).to.deep.equal(BigInt64Array.of(1n));
      time.release();
    }
    const received = backend.sockets.map((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(Buffer.from(chunk))).resume();
      return chunks;
    });
    await pause(500);
    client.close();
    backend.stop();
    const requests = received.flatMap((chunks) =>
      Buffer.concat(chunks).toString('latin1').split('POST ').slice(1),
    );
    expect(requests).to.have.length.greaterThan(1);
    expect(requests.filter((request) => !isOfOnePicture(request)).map(({ length }) => length)).to.deep.equal(
      [],
    );
  });
});

/** Whether all base64 in it, be it cut short, is one of the pictures from its beginning. */
function isOfOnePicture(request: string): boolean {
  const encoded = /"b64":"(?<text>[A-Za-z0-9+/]*)/.exec(request)?.groups?.['text'] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.every((byte) => byte === bytes[0]);
}
