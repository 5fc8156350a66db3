/** Two hundred clients at once over HTTP while the second tier is killed and started again, twice. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { startModelServer, type ModelServerProcess } from '../support/model-server-process.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { plainJpeg } from '../support/tiny-engine.ts';

const clients = 200;
const model = 'cifar10-resnet';
const outages = 2;
const deadlineSeconds = 5;
/** Nobody who waits this long has been answered within the deadline, be the machine as busy as it likes. */
const hangMilliseconds = 30_000;

/** What the documentation says a client may hear while a backend is away: with a sentence, and when to come again. */
const outageStatuses = [502, 503, 504];

interface Question {
  readonly picture: Uint8Array;
  /** The answer to it as text, when nobody else asked. */
  expected: string;
}

interface Tally {
  asked: number;
  /** With the class and the probabilities of one's own picture. */
  answered: number;
  /** How often each status of `outageStatuses` came. */
  readonly refused: Map<number, number>;
  /** Everything else. */
  readonly strange: string[];
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const protocol of ['rest', 'grpc'] as const) {
  describe(`${clients} clients of a gateway whose backend over ${protocol} is killed ${outages} times`, function () {
    this.timeout(120_000);
    const folders = new TemporaryFolders();
    let questions: readonly Question[];
    let backend: ModelServerProcess;
    let gateway: RunningServer;

    before(async () => {
      backend = await startModelServer({ [model]: path.resolve('models', model) }, folders);
      const port = protocol === 'rest' ? backend.restPort : backend.grpcPort;
      gateway = await startServer({
        MODELS_DIR: await folders.make(),
        RESNET_MODEL: model,
        TF_SERVICE: `127.0.0.1:${port}`,
        TF_PROTOCOL: protocol,
        TF_TIMEOUT_SECONDS: String(deadlineSeconds),
      });
      await gateway.ready();
      questions = await Promise.all(
        Array.from({ length: clients }, async (_, client) => ({
          picture: await plainJpeg((client * 5) % 256, (client * 83) % 256, (client * 151) % 256),
          expected: '',
        })),
      );
      for (const question of questions) question.expected = await (await post(question)).text();
      const answers = questions.map(({ expected }) => expected);
      expect(new Set(answers), 'pictures that can be told apart').to.have.property('size', clients);
      const classes = answers.map((text) => /^\{"classes":(\d+)/.exec(text)?.[1]);
      expect(classes).to.not.include(undefined);
      expect(new Set(classes)).to.have.property('size').above(2);
    });
    after(async () => {
      await gateway.stop();
      await backend.stop();
      await folders.remove();
    });

    const post = ({ picture }: Question, id: string = randomUUID()): Promise<Response> =>
      fetch(`${gateway.url}/classify/resnet?top=3`, {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg', 'X-Request-Id': id },
        body: new Uint8Array(picture),
        signal: AbortSignal.timeout(hangMilliseconds),
      });

    /** Sends the client's own picture again and again until told to stop. */
    async function ask(question: Question, tally: Tally, stop: AbortSignal): Promise<void> {
      while (!stop.aborted) {
        tally.asked += 1;
        const isAnswered = await askOnce(question, tally);
        if (!isAnswered) await pause(50);
      }
    }

    async function askOnce(question: Question, tally: Tally): Promise<boolean> {
      const id = randomUUID();
      try {
        const answer = await post(question, id);
        const [text, { status, headers }] = [await answer.text(), answer];
        const isOwn = headers.get('X-Request-Id') === id;
        if (isOwn && status === 200 && text === question.expected) tally.answered += 1;
        else if (isOwn && outageStatuses.includes(status) && /^\{"error":"[^"]+"\}$/.test(text)) {
          tally.refused.set(status, (tally.refused.get(status) ?? 0) + 1);
        } else tally.strange.push(`${status} ${text}, not ${question.expected}`);
        return status === 200;
      } catch (error) {
        tally.strange.push(String(error));
        return false;
      }
    }

    it('gives each request its own class or one error of the table, and leaves none waiting', async () => {
      const tally: Tally = { asked: 0, answered: 0, refused: new Map(), strange: [] };
      const stopping = new AbortController();
      const running = questions.map((question) => ask(question, tally, stopping.signal));
      const refusals = (): number => [...tally.refused.values()].reduce((sum, count) => sum + count, 0);
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds() && tally.strange.length === 0) await pause(20);
      };
      for (let outage = 0; outage < outages; outage += 1) {
        const [answeredBefore, refusedBefore] = [tally.answered, refusals()];
        await until(() => tally.answered >= answeredBefore + clients);
        await backend.kill();
        await until(() => refusals() >= refusedBefore + clients);
        await backend.restart();
      }
      const answeredBefore = tally.answered;
      await until(() => tally.answered >= answeredBefore + 2 * clients);
      stopping.abort();
      await Promise.all(running);
      expect(tally.strange.slice(0, 5)).to.deep.equal([]);
      expect(tally.answered + refusals()).to.equal(tally.asked);
      expect((await fetch(`${gateway.url}/health`)).status).to.equal(200);
    });
  });
}
