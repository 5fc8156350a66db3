/** The servers that the gateway's dialects are measured against, asked by the load generators themselves. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { withSides } from '../../../../benchmarks/children/child-side.ts';
import { HttpConnection } from '../../../../benchmarks/children/http-connection.ts';
import { writeRequest } from '../../../../benchmarks/children/http-requests.ts';
import { withListener } from '../../../../benchmarks/children/listening.ts';
import { inferSide, loadSide } from '../../../../benchmarks/children/side-options.ts';

describe('the bare servers', function () {
  this.timeout(20_000);
  const picture = Buffer.alloc(100_000, 'picture');
  let folder = '';
  let pictures: readonly string[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-bare-'));
    const file = path.join(folder, 'picture.jpg');
    await writeFile(file, picture);
    pictures = [file];
  });
  after(() => rm(folder, { recursive: true }));

  it('answer over HTTP what they were told, after the whole body', async () => {
    await withListener('bare-http', { answer: '{"classes":7}' }, async ({ port = NaN }) => {
      const connection = await HttpConnection.open(port);
      const request = writeRequest.body('/any', picture);
      for (let count = 0; count < 3; count += 1) {
        expect(await connection.exchange(request)).to.deep.equal({ status: 200, body: '{"classes":7}' });
      }
      connection.close();
      const load = loadSide({ name: 'bare', port, path: '/', form: 'body', pictures, connections: 2 });
      await withSides([load], async ([side]) => {
        expect((await side?.run(10))?.seconds).to.be.greaterThan(0);
      });
    });
  });

  it('answer over gRPC every call of the generator', async () => {
    await withListener('bare-grpc', {}, async ({ port = NaN }) => {
      await withSides([inferSide({ name: 'bare', port, pictures, connections: 3 })], async ([side]) => {
        expect((await side?.run(20))?.seconds).to.be.greaterThan(0);
      });
    });
  });

  it('make the generator fail when nobody answers over gRPC', async () => {
    await withListener('bare-http', { answer: '{}' }, async ({ port = NaN }) => {
      await withSides([inferSide({ name: 'bare', port, pictures, connections: 1 })], async ([side]) => {
        let message = '';
        await side?.run(1).catch((error: unknown) => {
          message = String(error);
        });
        expect(message).to.match(/Error/);
      });
    });
  });
});
