/** `fovea health`: whom it asks, what it takes for yes, and with which exit code it says so. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { health } from '../../../../gateway/cli/health.ts';
import { recordedTerminal } from '../../../support/recorded-terminal.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const terminal = recordedTerminal({ environment });
  const code = await health(words, terminal);
  return { code, ...terminal.written };
}

describe('fovea health', () => {
  let server: Server;
  let port: string;
  let asked: string[];
  let status: number;

  const listen = async (host: string): Promise<void> => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
      response.writeHead(request.url === '/health' ? 200 : status).end('an answer\n');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
    port = String((server.address() as AddressInfo).port);
  };

  beforeEach(async () => {
    [asked, status] = [[], 200];
    await listen('127.0.0.1');
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks /ready at --url, prints the answer and exits 0', async () => {
    const outcome = await run(['--url', `http://127.0.0.1:${port}`]);
    expect(outcome).to.deep.equal({ code: 0, out: 'an answer\n', error: '' });
    expect(asked).to.deep.equal([`127.0.0.1:${port}/ready`]);
  });

  for (const path of ['/system/services/fovea/exposed', '/system/services/fovea/exposed/']) {
    it(`asks below the path of --url …${path}`, async () => {
      await run(['--url', `http://127.0.0.1:${port}${path}`]);
      expect(asked).to.deep.equal([`127.0.0.1:${port}/system/services/fovea/exposed/ready`]);
    });
  }

  it('exits 1 when the server is not ready, and still 0 for --alive', async () => {
    status = 503;
    expect(await run([`--url=http://127.0.0.1:${port}`])).to.include({ code: 1, out: 'an answer\n' });
    expect(await run(['--alive', '--url', `http://127.0.0.1:${port}`])).to.include({ code: 0 });
    expect(asked.at(-1)).to.equal(`127.0.0.1:${port}/health`);
  });

  for (const host of ['0.0.0.0', '::', '127.0.0.1']) {
    it(`asks this machine when the server was told to listen on ${host}`, async () => {
      expect(await run([], { HOST: host, IC_PORT: port })).to.include({ code: 0 });
      expect(asked).to.deep.equal([`127.0.0.1:${port}/ready`]);
    });
  }

  it('takes host and port as the server does: a flag before the environment', async () => {
    const words = ['--host', '127.0.0.1', '--port', port];
    expect(await run(words, { HOST: '192.0.2.1', IC_PORT: '1' })).to.include({ code: 0 });
  });

  it('puts an IPv6 address in brackets (skipped where there is no ::1)', async function () {
    server.close();
    await listen('::1').catch(() => this.skip());
    expect(await run([], { HOST: '::1', IC_PORT: port })).to.include({ code: 0 });
    expect(asked).to.deep.equal([`[::1]:${port}/ready`]);
  });

  it('says who gave no answer when the port is the wrong one', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const wrong = String((free.address() as AddressInfo).port);
    await new Promise((resolve) => free.close(resolve));
    const outcome = await run([], { HOST: '0.0.0.0', IC_PORT: wrong });
    expect(outcome).to.deep.equal({
      code: 1,
      out: '',
      error: `fovea: no answer from http://127.0.0.1:${wrong}/ready within 5 s.\n`,
    });
  });

  it('does not wait longer than --timeout-seconds for a server that is silent', async () => {
    server.removeAllListeners('request');
    const outcome = await run(['--url', `http://127.0.0.1:${port}`, '--timeout-seconds', '0.05']);
    expect(outcome.code).to.equal(1);
    expect(outcome.error).to.include('within 0.05 s');
  });

  const misuses: readonly (readonly [string, readonly string[], string])[] = [
    ['a word that is no URL', ['--url', 'here'], '--url "here"'],
    ['a URL without its scheme', ['--url', 'localhost:5000'], 'http://'],
    ['a URL of another scheme', ['--url', 'ftp://127.0.0.1'], 'http://'],
    ['--url without a value', ['--url'], '--url has no value'],
    ['a timeout of nothing', ['--timeout-seconds', '0'], '--timeout-seconds'],
    ['a timeout in words', ['--timeout-seconds', 'soon'], '--timeout-seconds'],
    ['a timeout beyond what timers count', ['--timeout-seconds', '1e9'], '--timeout-seconds'],
    ['an unknown option', ['--urll', 'http://127.0.0.1'], '--urll'],
    ['a port that is none', ['--port', '65536'], '--port'],
  ];
  for (const [what, words, named] of misuses) {
    it(`exits 2 for ${what}, and asks nobody`, async () => {
      const outcome = await run(words, { HOST: '127.0.0.1', IC_PORT: port });
      expect(outcome.code).to.equal(2);
      expect(outcome.error)
        .to.match(/^fovea: /)
        .and.include(named);
      expect(asked).to.deep.equal([]);
    });
  }
});
