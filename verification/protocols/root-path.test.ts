/** Everything lives under ROOT_PATH too, and links lead back to where the client is. */
import { expect } from 'chai';
import request from 'supertest';
import { errorOf, fieldOf } from '../support/answered.ts';
import { fakeJpeg } from '../support/fake-engine.ts';
import { type GatewayUnderTest, readyGateway } from '../support/gateway-under-test.ts';

const rootPath = '/system/services/fovea/exposed';

describe('a server with a root path', () => {
  let gateway: GatewayUnderTest;

  beforeEach(async () => {
    gateway = await readyGateway({ rootPath });
  });

  for (const prefix of ['', rootPath]) {
    it(`answers every route under "${prefix}"`, async () => {
      for (const path of ['/', '/health', '/ready', '/classify']) {
        expect((await request(gateway.handle).get(prefix + path)).status, path).to.equal(200);
      }
      const classified = await request(gateway.handle)
        .post(`${prefix}/classify/resnet?top=1`)
        .attach('image', fakeJpeg(286));
      expect(fieldOf(classified, 'classes')).to.equal(286);
      expect(fieldOf(classified, 'predictions')).to.have.length(1);
      const predicted = await request(gateway.handle)
        .post(`${prefix}/predict/top?k=2`)
        .attach('file', fakeJpeg(286));
      expect(fieldOf(predicted, 'predictions')).to.have.length(2);
    });
  }

  it('finds the front page at the prefix itself', async () => {
    expect(fieldOf(await request(gateway.handle).get(rootPath), 'name')).to.equal('fovea');
  });

  it('takes no path that only begins like the prefix, and refuses below it in the usual words', async () => {
    for (const path of [`${rootPath}x/health`, `${rootPath}/nothing`, '/system/services/fovea/health']) {
      const answer = await request(gateway.handle).get(path);
      expect(answer.status, path).to.equal(404);
      expect(errorOf(answer)).to.match(/nothing at this path/);
    }
    const method = await request(gateway.handle).get(`${rootPath}/predict`);
    expect([method.status, method.headers['allow']]).to.deep.equal([405, 'POST']);
  });

  it('writes into the log the path that was asked for', async () => {
    await request(gateway.handle).get(`${rootPath}/health`);
    expect(gateway.logged.map(({ fields }) => fields['path'])).to.deep.equal([`${rootPath}/health`]);
  });

  const links = async (path: string, headers: Readonly<Record<string, string>>): Promise<unknown> => {
    const answer = await request(gateway.handle).get(path).set(headers);
    return Reflect.get(Object(fieldOf(answer, 'links')), 'health');
  };

  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
    ['under the prefix', `${rootPath}/`, {}, `${rootPath}/health`],
    ['behind a proxy that takes it away and says nothing', '/', {}, `${rootPath}/health`],
    ['behind one that says so', '/', { 'X-Forwarded-Prefix': rootPath }, `${rootPath}/health`],
    ['behind one that has another prefix', '/', { 'X-Forwarded-Prefix': '/models/' }, '/models/health'],
    [
      'behind one that takes away another prefix before this one',
      `${rootPath}/`,
      { 'X-Forwarded-Prefix': '/outer' },
      `/outer${rootPath}/health`,
    ],
    [
      'behind one that tells its name',
      '/',
      { 'X-Forwarded-Host': 'models.example.org:8443, inner', 'X-Forwarded-Proto': 'https' },
      `https://models.example.org:8443${rootPath}/health`,
    ],
    [
      'sent headers that are none',
      '/',
      {
        'X-Forwarded-Host': 'a/b"><script>',
        'X-Forwarded-Prefix': '//evil.example',
        'X-Forwarded-Proto': 'x',
      },
      `${rootPath}/health`,
    ],
  ];
  for (const [what, path, headers, expected] of cases) {
    it(`links, ${what}`, async () => {
      expect(await links(path, headers)).to.equal(expected);
    });
  }
});

describe('a server without a root path', () => {
  it('links to its paths as they are, and below the prefix that a proxy took away', async () => {
    const { handle } = await readyGateway();
    const plain = await request(handle).get('/');
    expect(fieldOf(plain, 'links')).to.have.property('classify', '/classify/resnet');
    const behind = await request(handle).get('/').set('X-Forwarded-Prefix', '/models');
    expect(fieldOf(behind, 'links')).to.have.property('classify', '/models/classify/resnet');
  });
});
