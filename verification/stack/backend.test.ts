/** TensorFlow Serving in the whole stack: it holds the models, and the gateway's answers are its answers. */
import { expect } from 'chai';
import { postPicture } from '../support/running-server.ts';
import { testPicture } from '../support/test-picture.ts';
import { backend, gateway, resnetModel, stackReason } from './stack-under-test.ts';

interface Prediction {
  readonly classes: number;
}

describe(`the stack, its TensorFlow Serving${stackReason}`, function () {
  this.timeout(60_000);

  before(function () {
    if (stackReason !== '') this.skip();
  });

  it('serves the model behind resnet', async () => {
    const { name } = await resnetModel();
    const answer = await fetch(`${backend}/v1/models/${name}`);
    expect(answer.status).to.equal(200);
    const { model_version_status: versions } = (await answer.json()) as {
      readonly model_version_status: readonly { readonly version: string; readonly state: string }[];
    };
    expect(versions.map(({ state }) => state)).to.include('AVAILABLE');
    const picture = await postPicture(`${gateway}/classify/resnet`, testPicture('baseline-420.jpg'));
    const available = versions.filter(({ state }) => state === 'AVAILABLE').map(({ version }) => version);
    expect(available.map((version) => `${name}/${version}`)).to.include(picture.headers.get('X-Model'));
  });

  for (const picture of ['baseline-420.jpg', 'progressive.jpg', 'greyscale.jpg'])
    it(`gives the gateway’s answer for ${picture}`, async () => {
      const bytes = testPicture(picture);
      const { name } = await resnetModel();
      const answer = await fetch(`${backend}/v1/models/${name}:predict`, {
        method: 'POST',
        body: JSON.stringify({ instances: [{ b64: Buffer.from(bytes).toString('base64') }] }),
      });
      const { predictions } = (await answer.json()) as { readonly predictions: readonly Prediction[] };
      const classified = await postPicture(`${gateway}/classify/${name}`, bytes);
      expect(await classified.json()).to.deep.equal({ classes: predictions[0]?.classes });
    });

  it('counts for Prometheus where monitoring.config says', async () => {
    const answer = await fetch(`${backend}/monitoring/prometheus/metrics`);
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.match(/^# TYPE \S+ (counter|gauge|histogram)$/m);
  });
});
