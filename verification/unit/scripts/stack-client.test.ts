/** The client that asks the whole stack: what it sends when, and that it keeps no process from ending. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const picture = path.resolve('verification/test_data/baseline-420.jpg');

describe('the client of the stack’s test', function () {
  this.timeout(30_000);
  let server: http.Server;
  let url: string;

  beforeEach(async () => {
    server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Runs the lines in a process of their own, whose end it waits for. */
  async function run(lines: string): Promise<string> {
    const client = pathToFileURL(path.resolve('scripts/stack/client.mjs')).href;
    const source = `import { startSlowUpload } from ${JSON.stringify(client)};
      const upload = await startSlowUpload(${JSON.stringify(url)}, ${JSON.stringify(picture)});
      ${lines}`;
    const words = ['--input-type=module', '--eval', source];
    return (await promisify(execFile)(process.execPath, words, { timeout: 20_000 })).stdout;
  }

  it('sends half of a picture, then byte by byte, then the rest', async () => {
    const chunks: Buffer[] = [];
    server.on('request', (request, response) => {
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.writeHead(418).end());
    });
    const printed = await run(`
      await new Promise((resolve) => setTimeout(resolve, 1000));
      console.log(await upload.finish());`);
    const bytes = fs.readFileSync(picture);
    expect(printed).to.equal('418\n');
    expect(Buffer.concat(chunks).equals(bytes)).to.equal(true);
    expect(chunks.map(({ length }) => length)).to.include(1);
  });

  it('ends with the server that it was sending to', async () => {
    server.on('request', (request) => {
      request.once('data', () => request.destroy());
    });
    expect(await run(`console.log('half sent');`)).to.equal('half sent\n');
  });
});
