/** What clients hear while the second tier is gone, frozen and back: real processes, over both protocols. */
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { startModelServer, type ModelServerProcess } from '../support/model-server-process.ts';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { postPicture, startServer, type RunningServer } from '../support/running-server.ts';

/** The time a request has at the gateway. */
const deadlineSeconds = 2;
/** Nobody who waits this long has been answered in time, be the machine as busy as it likes. */
const hangMilliseconds = 30_000;

interface Refusal {
  readonly status: number;
  readonly retryAfter: number;
  readonly error: string;
}

for (const protocol of ['rest', 'grpc'] as const) {
  describe(`a gateway whose second tier fails, over ${protocol}`, function () {
    this.timeout(60_000);
    const folders = new TemporaryFolders();
    let fixture: PictureFixture;
    let backend: ModelServerProcess;
    let port: number;
    let gateway: RunningServer;

    before(async () => {
      fixture = await installPictureFixture();
      backend = await startModelServer({ tiny: `${fixture.modelsFolder}/tiny` }, folders);
      port = protocol === 'rest' ? backend.restPort : backend.grpcPort;
      gateway = await startGateway();
      await gateway.ready();
    });
    after(async () => {
      expect(await gateway.stop()).to.equal(0);
      await backend.stop();
      await folders.remove();
    });

    const startGateway = async (): Promise<RunningServer> =>
      startServer({ RESNET_MODEL: 'tiny', MODELS_DIR: await folders.make() }, [
        ...['--tf-service', `127.0.0.1:${port}`, '--tf-protocol', protocol],
        ...['--tf-timeout-seconds', String(deadlineSeconds)],
      ]);

    const post = async (index = 0, { url } = gateway): Promise<Response> => {
      const bytes = fixture.pictures[index]?.bytes ?? new Uint8Array();
      return fetch(`${url}/classify/resnet`, {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg' },
        body: new Uint8Array(bytes),
        signal: AbortSignal.timeout(hangMilliseconds),
      });
    };

    const refusal = async (): Promise<Refusal> => {
      const answer = await post();
      const { error } = (await answer.json()) as { readonly error: string };
      return { status: answer.status, retryAfter: Number(answer.headers.get('Retry-After')), error };
    };

    async function expectClasses(asked = gateway): Promise<void> {
      for (const [index, { class: expected }] of fixture.pictures.entries()) {
        expect(await (await post(index, asked)).text()).to.equal(`{"classes":${expected}}`);
      }
    }

    /** What /ready says once it is 503, which it becomes by itself. */
    async function reasons(): Promise<string> {
      for (;;) {
        const ready = await fetch(`${gateway.url}/ready`);
        const body = (await ready.json()) as { readonly reasons?: readonly string[] };
        if (ready.status === 503) return body.reasons?.join() ?? '';
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }

    it('answers what TensorFlow has recorded', () => expectClasses());

    it('says 503 and when to come again after the backend was killed, and never where it was', async () => {
      await backend.kill();
      // The first questions find out; the later ones are told what is known.
      for (let question = 0; question < 8; question += 1) {
        const { status, retryAfter, error } = await refusal();
        expect(status).to.equal(503);
        expect(retryAfter).to.be.within(1, 60);
        expect(error)
          .to.include('model server behind the gateway')
          .and.not.match(/127\.0\.0\.1|ECONN|UNAVAILABLE/)
          .and.not.include(String(port));
      }
    });

    it('is alive then, but not ready, and says why', async () => {
      expect(await reasons())
        .to.include('tiny')
        .and.include('cannot be reached')
        .and.not.include(String(port));
      expect((await fetch(`${gateway.url}/health`)).status).to.equal(200);
    });

    it('recovers by itself when the backend is back, also when it was started without one', async () => {
      const early = await startGateway();
      expect((await post(0, early)).status).to.equal(503);
      expect((await fetch(`${early.url}/ready`)).status).to.equal(503);
      await backend.restart();
      for (const one of [gateway, early]) {
        await untilReady(one.url);
        await expectClasses(one);
      }
      expect(await early.stop()).to.equal(0);
    });

    it('says 504 when the time of a request is over at a backend that is silent', async () => {
      backend.freeze();
      try {
        const answers = await Promise.all(Array.from({ length: 5 }, refusal));
        // Once a question about states has met the silence, the others are told what is known.
        expect(answers.map(({ status }) => status)).to.include(504);
        for (const { status } of answers) expect(status).to.be.oneOf([503, 504]);
        expect((await fetch(`${gateway.url}/health`)).status).to.equal(200);
      } finally {
        backend.thaw();
      }
      await untilReady(gateway.url);
      await expectClasses();
    });

    it('serves pictures of the next client after one that the model cannot decode', async () => {
      const [first] = fixture.pictures;
      const broken = Uint8Array.from(first?.bytes ?? []);
      broken.fill(0, 200, broken.length - 2);
      const answer = await postPicture(`${gateway.url}/classify/resnet`, broken);
      expect(answer.status).to.be.oneOf([200, 400]);
      await expectClasses();
    });
  });
}

/** Without a question about a picture: recovery needs no traffic. */
async function untilReady(url: string): Promise<void> {
  while ((await fetch(`${url}/ready`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
