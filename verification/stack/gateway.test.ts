/** What the gateway of the whole stack answers to somebody in its network. */
import { expect } from 'chai';
import { postPicture } from '../support/running-server.ts';
import { testPicture } from '../support/test-picture.ts';
import { gateway, mountedPicture, resnetModel, stackReason } from './stack-under-test.ts';

/** By the number of classes: of ImageNet with a background class, and of CIFAR-10. */
const knownClasses: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'cat.jpg': { 1001: 286, 10: 3 },
  'dog.jpg': { 1001: 261, 10: 5 },
};

describe(`the stack, its gateway${stackReason}`, function () {
  this.timeout(60_000);

  before(function () {
    if (stackReason !== '') this.skip();
  });

  const post = (body: string | FormData | Uint8Array<ArrayBuffer>, type?: string): Promise<Response> =>
    fetch(`${gateway}/classify/resnet`, {
      method: 'POST',
      body,
      ...(type === undefined ? {} : { headers: { 'Content-Type': type } }),
    });

  it('is alive and ready', async () => {
    for (const route of ['/health', '/ready']) expect((await fetch(gateway + route)).status).to.equal(200);
  });

  for (const [name, byClasses] of Object.entries(knownClasses)) {
    const bytes = mountedPicture(name);
    const reason = bytes === undefined ? ` (skipped: there is no ${name} in the mounted pictures)` : '';
    it(`knows ${name}${reason}`, async function () {
      if (bytes === undefined) return this.skip();
      const { name: model, classes } = await resnetModel();
      const expected = byClasses[classes];
      if (expected === undefined) throw new Error(`no class is known for a model of ${classes} classes`);
      const answer = await postPicture(`${gateway}/classify/resnet`, bytes);
      expect(await answer.text()).to.equal(`{"classes":${expected}}`);
      expect(answer.headers.get('X-Model')).to.match(new RegExp(`^${model}/\\d+$`));
    });
  }

  it('gives one answer for a picture that comes as form, as bytes and as base64', async () => {
    const bytes = testPicture('baseline-420.jpg');
    const form = await postPicture(`${gateway}/classify/resnet`, bytes);
    const text = await form.text();
    expect(text).to.match(/^\{"classes":\d+\}$/);
    expect(await (await post(new Uint8Array(bytes), 'image/jpeg')).text()).to.equal(text);
    const json = JSON.stringify({ image: Buffer.from(bytes).toString('base64') });
    expect(await (await post(json, 'application/json')).text()).to.equal(text);
  });

  it('answers the pictures of one request in their order', async () => {
    const pictures = ['baseline-420.jpg', 'progressive-444.jpg', 'greyscale.jpg'].map((name) =>
      testPicture(name),
    );
    const alone = await Promise.all(
      pictures.map(async (bytes) => {
        const answer = await postPicture(`${gateway}/classify/resnet`, bytes);
        return ((await answer.json()) as { readonly classes: number }).classes;
      }),
    );
    const form = new FormData();
    for (const bytes of pictures) form.append('image', new Blob([new Uint8Array(bytes)]), 'picture.jpg');
    expect(await (await post(form)).json()).to.deep.equal({ classes: alone });
  });

  it('answers many at once', async () => {
    const bytes = testPicture('baseline-420.jpg');
    const answers = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const answer = await postPicture(`${gateway}/classify/resnet`, bytes);
        return `${answer.status} ${await answer.text()}`;
      }),
    );
    expect(answers[0]).to.match(/^200 /);
    expect(new Set(answers)).to.have.length(1);
  });

  it('refuses what is no picture, and a model that nobody has', async () => {
    const text = await postPicture(`${gateway}/classify/resnet`, Buffer.from('not a picture'));
    expect(text.status).to.equal(400);
    expect(await text.json()).to.have.all.keys('error');
    const unknown = await postPicture(`${gateway}/classify/nobody`, testPicture('baseline-420.jpg'));
    expect(unknown.status).to.equal(404);
    expect(await unknown.json()).to.have.all.keys('error');
  });
});
