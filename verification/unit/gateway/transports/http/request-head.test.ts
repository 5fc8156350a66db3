/** What HTTP itself refuses in the head of a request is answered as everything else: JSON with a sentence. */
import { expect } from 'chai';
import { type GatewayUnderTest, readyGateway } from '../../../../support/gateway-under-test.ts';
import { RawClient } from '../../../../support/raw-client.ts';

describe('the head of a request', () => {
  let gateway: GatewayUnderTest;
  let port: number;

  before(async () => {
    gateway = await readyGateway();
    ({ port } = await gateway.http.listen({ host: '127.0.0.1', port: 0 }));
  });
  after(() => gateway.http.close(0));

  const answerTo = async (text: string): Promise<{ status: number; type: string; body: unknown }> => {
    const client = new RawClient(port);
    await client.send(text);
    await client.until('}');
    client.leave();
    const [headers = '', body = ''] = client.received.split('\r\n\r\n');
    const parsed: unknown = JSON.parse(body === '' ? '"no body"' : body);
    return {
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(headers)?.[1]),
      type: /^content-type: (.*)$/im.exec(headers)?.[1]?.trim() ?? '',
      body: parsed,
    };
  };

  const refused: readonly [title: string, request: string, status: number, sentence: RegExp][] = [
    [
      'a target that is no URL',
      'GET http://[::1/health HTTP/1.1\r\nHost: x\r\n\r\n',
      400,
      /not a path or a URL/,
    ],
    ['HTTP/1.1 without Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, /no Host header/],
    [
      'an expectation nobody knows',
      'GET /health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      417,
      /Expect/,
    ],
  ];
  for (const [title, request, status, sentence] of refused) {
    it(`refuses ${title} in JSON`, async () => {
      const answer = await answerTo(request);
      expect(answer.status).to.equal(status);
      expect(answer.type).to.match(/^application\/json/);
      expect(answer.body).to.have.all.keys('error');
      expect(answer.body).to.have.property('error').that.matches(sentence);
    });
  }

  it('has a line in the access log whatever it is, and none of alarm', () => {
    expect(
      gateway.logged.map(({ level, fields }) => [level, fields['path'], fields['status']]),
    ).to.deep.equal([
      ['info', 'http://[::1/health', 400],
      ['info', '/health', 400],
      ['info', '/health', 417],
    ]);
  });

  it('may give the target as a URL, and leave Host out in HTTP/1.0', async () => {
    const taken = [
      'GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /health HTTP/1.0\r\n\r\n',
      'GET /health HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n',
    ];
    for (const request of taken) expect(await answerTo(request)).to.have.property('status', 200);
  });

  it('gets JSON for every odd target', async () => {
    const odd = ['//', '//[', '/%zz', '/classify/%zz', '/classify/%00', '/?%zz=%', '/#', 'http://', '*'];
    for (const target of odd) {
      const method = target === '*' ? 'OPTIONS' : 'GET';
      const answer = await answerTo(`${method} ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(answer.status, target).to.be.within(200, 499);
      expect(answer.type, target).to.match(/^application\/json/);
    }
  });
});
